"""The profiles of the settings, by their names."""

from collections.abc import Mapping, Sequence

from shared.access.profiles.profile import Profile


class SetProfiles:
    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles: Mapping[str, Profile] = {each.name: each for each in profiles}

    async def find(self, name: str) -> Profile | None:
        return self._profiles.get(name)
