"""Whether the service is ready: it can read a row, and it has keys."""

from shared.keys.key_kinds import KeyHealth, Keys
from shared.storage.service_key import ServiceKey


class Readiness:
    def __init__(self, *, service_key: ServiceKey, key_rings: Keys) -> None:
        self._service_key = service_key
        self._key_rings = key_rings

    async def check(self) -> dict[str, KeyHealth]:
        """Problems that do not stop the service, by the name of the key.

        Raises StorageUnavailable, KeysUnavailable.
        """
        await self._service_key.find()
        return await self._key_rings.find_health_problems()
