"""Outages: a dependency, the log or the keys cannot be used, or an instance has too much to do."""

from shared.errors.base import TouchstoneError


class ProviderUnavailable(TouchstoneError):
    pass


class AzureUnavailable(TouchstoneError):
    """Azure gives a profile's identity no answer, or refuses it."""


class Overloaded(TouchstoneError):
    pass


class Busy(TouchstoneError):
    pass


class StorageUnavailable(TouchstoneError):
    pass


class LogInconsistent(TouchstoneError):
    """Its text says what is wrong, for the operator's log. A caller never causes it."""


class KeysUnavailable(TouchstoneError):
    pass


class VaultUnavailable(TouchstoneError):
    pass
