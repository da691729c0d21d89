"""Changes that nobody asks the service for: of its settings and of its keys.

Each is noticed by comparing what is with what was on record last, and told in the transaction that
replaces the record: so once, whichever instance notices it first.
"""

from collections.abc import Mapping

from shared.audit.event import Fact, Kind
from shared.relying_party.people import SERVICE
from shared.relying_party.policy_facts import policy_facts
from shared.relying_party.resources import Resources
from shared.storage.known_state import KnownStateStore

_ABSENT = "none"


class Watching:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def look(self) -> None:
        """Raises StorageUnavailable, KeysUnavailable."""
        settings = policy_facts(self._resources.settings)
        await self._compare("policy", settings, Kind.POLICY_CHANGED)
        signers = await self._resources.published_keys()
        kids = {f"token:{key.public_jwk()['kid']}": "token" for key in signers}
        await self._compare("signing-keys", kids, Kind.SIGNING_KEY_ROTATED)
        await self._look_at_checkpoint_keys()

    async def _look_at_checkpoint_keys(self) -> None:
        """Each key is told of under checkpoints that older ones sign too: so trust passes on."""
        origin = self._resources.settings.policy.rp_id
        for key in await self._resources.checkpoint_keys():
            verifier = str(key.verifier(origin))
            name = f"checkpoint-key {key.verifier(origin).key_id.hex()}"
            await self._compare(
                name,
                {"verifier": verifier},
                Kind.SIGNING_KEY_ROTATED,
                facts={"key": "checkpoint", "verifier": verifier},
            )

    async def _compare(
        self,
        name: str,
        now: Mapping[str, str],
        kind: Kind,
        *,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        known: KnownStateStore = self._resources.known_states
        stored = await known.find(name)
        if stored.state == now:
            return
        told = dict(facts or _differences(stored.state, now))
        attempt = self._resources.trail.attempt(kind, actor=SERVICE, facts=told)
        await attempt.announce(known.place)
        if not await known.replace(stored, now, told=attempt.success()):
            await attempt.withdraw()  # another instance told of it


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Fact]:
    return {
        name: f"{before.get(name, _ABSENT)} -> {now.get(name, _ABSENT)}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }
