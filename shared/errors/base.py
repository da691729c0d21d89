"""The root of all errors."""


class TouchstoneError(Exception):
    """Base of the family; never raised itself."""
