"""What the service depends on and cannot use now."""

from shared.errors.base import TouchstoneError


class ProviderUnavailable(TouchstoneError):
    pass


class Busy(TouchstoneError):
    pass


class StorageUnavailable(TouchstoneError):
    pass


class LogInconsistent(TouchstoneError):
    """Its text says what is wrong. For the operator's log, and never for a caller's doing."""


class KeysUnavailable(TouchstoneError):
    pass
