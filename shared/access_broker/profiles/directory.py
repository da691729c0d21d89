"""The profiles for stories, by name.

Each process keeps all of them for five seconds. So a change counts five seconds later at the
latest. A story that waits for people compares the state of the profile before it acts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.access.profiles.profile import Profile
from shared.access.profiles.visible import visible
from shared.expiring_cache import ExpiringCache
from shared.storage.access.profiles import ProfileStore

_LIFETIME = timedelta(seconds=5)


class ProfileDirectory:
    def __init__(
        self,
        store: ProfileStore,
        *,
        from_settings: Sequence[Profile],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._from_settings = {profile.name: profile for profile in from_settings}
        self._known = ExpiringCache[None, Mapping[str, Profile]](
            size=1, lifetime=_LIFETIME, clock=clock
        )

    async def find(self, name: str) -> Profile | None:
        """Raises StorageUnavailable. One of the settings is found without storage."""
        if name in self._from_settings:
            return self._from_settings[name]
        return (await self._known.get(None, self._load)).get(name)

    async def all(self) -> list[Profile]:
        """Sorted by name. Raises StorageUnavailable."""
        return list((await self._known.get(None, self._load)).values())

    async def _load(self) -> Mapping[str, Profile]:
        stored = (each.profile for each in (await self._store.all()).stored)
        return {
            profile.name: profile for profile in visible(list(self._from_settings.values()), stored)
        }
