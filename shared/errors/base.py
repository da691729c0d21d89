"""The root of all errors."""


class TouchstoneError(Exception):
    """Base class of all errors; never raised itself."""
