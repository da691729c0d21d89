"""Refusals of what is about access."""

from shared.errors.base import TouchstoneError
from shared.errors.conflicts import Conflict


class ProfileExists(Conflict):
    pass


class ProfileLimitReached(Conflict):
    pass


class ProfileFromSettings(Conflict):
    """Only the settings change it."""


class ProfileChanged(Conflict):
    """Since the version that the change is for."""


class ProfilesChanged(Conflict):
    """Some profile, while the rules for all of them were checked."""


class ProfileShares(Conflict):
    """Something that belongs to another profile."""


class ProfileKindOff(Conflict):
    """This service cannot give what such profiles are for."""


class DatabaseRefused(TouchstoneError):
    """Somebody approved a connection to a database, and gets none."""


class DatabaseNotForYou(DatabaseRefused):
    """The profile does not admit this person, or not by this client."""


class DatabaseClosed(DatabaseRefused):
    """The profile is not open at this time."""


class DatabasePasskeyUnfit(DatabaseRefused):
    """The profile demands another kind of passkey."""


class DatabaseChanged(DatabaseRefused):
    """The profile, or the person's role, is not as the person was shown it."""
