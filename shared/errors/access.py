"""Refusals of what is about access."""

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
    """A vault or an identity that belongs to another profile."""
