"""Changes that nobody asks the service for: of its settings and of its keys.

Each is noticed by comparing what is with what was on record last, and told in the transaction that
replaces the record: so once, whichever instance notices it first.
"""

from collections.abc import Mapping

from shared.audit.checkpoint import CheckpointKey
from shared.audit.event import Fact, Kind
from shared.audit.introduction import introduce
from shared.relying_party.people import SERVICE
from shared.relying_party.policy_facts import policy_facts
from shared.relying_party.resources import Resources
from shared.storage.known_state import KnownState, KnownStateStore

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
        """Each key is told of under checkpoints that older ones sign too, and those that were told
        of before introduce it: so trust passes on."""
        origin, known = self._resources.settings.policy.rp_id, list[CheckpointKey]()
        oldest_first = reversed(await self._resources.checkpoint_keys())
        keys = [(key, await self._find(key)) for key in oldest_first]
        for key, stored in sorted(keys, key=lambda each: not each[1].state):
            verifier = str(key.verifier(origin))
            facts: dict[str, Fact] = {"key": "checkpoint", "verifier": verifier}
            if known:
                facts["introduction"] = introduce(key, origin=origin, by=known)
            now = {"verifier": verifier}
            await self._tell_change(stored, now, Kind.SIGNING_KEY_ROTATED, facts=facts)
            known.append(key)

    async def _find(self, key: CheckpointKey) -> KnownState:
        verifier = key.verifier(self._resources.settings.policy.rp_id)
        name = f"checkpoint-key {verifier.key_id.hex()}"
        return await self._resources.known_states.find(name)

    async def _compare(self, name: str, now: Mapping[str, str], kind: Kind) -> None:
        stored = await self._resources.known_states.find(name)
        await self._tell_change(stored, now, kind, facts=_differences(stored.state, now))

    async def _tell_change(
        self, stored: KnownState, now: Mapping[str, str], kind: Kind, *, facts: dict[str, Fact]
    ) -> None:
        if stored.state == now:
            return
        known: KnownStateStore = self._resources.known_states
        attempt = self._resources.trail.attempt(kind, actor=SERVICE, facts=facts)
        await attempt.announce(known.place)
        if not await known.replace(stored, now, told=attempt.success()):
            await attempt.withdraw()  # another instance told of it


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Fact]:
    return {
        name: f"{before.get(name, _ABSENT)} -> {now.get(name, _ABSENT)}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }
