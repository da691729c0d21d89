"""Stories about access profiles."""

from shared.access_broker.profiles.administration import ProfileAdministration
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.composition.parts import Parts
from shared.relying_party.callers.callers import Callers


def make_profile_administration(parts: Parts, callers: Callers) -> ProfileAdministration:
    return ProfileAdministration(
        callers=callers,
        store=parts.stores.profiles,
        from_settings=parts.settings.profiles,
        recorder=parts.recorder,
    )


def make_profile_directory(parts: Parts) -> ProfileDirectory:
    return ProfileDirectory(
        parts.stores.profiles, from_settings=parts.settings.profiles, clock=parts.clock
    )
