"""Changes of the service's settings and keys, which no request makes.

Each is found by a comparison with the snapshot that was stored last. Its event is written in the
transaction that replaces the snapshot, so one instance records it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.audit.checkpoint import CheckpointKey
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.audit.key_introduction import introduce
from shared.keys.signing_key import SigningKey
from shared.recording.actors import SERVICE
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.policy_facts import policy_facts
from shared.settings import Settings
from shared.storage.audit.configuration_snapshot import (
    ConfigurationSnapshot,
    ConfigurationSnapshots,
)

_ABSENT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedKeys:
    published: Callable[[], Awaitable[Sequence[SigningKey]]]
    """The keys that verify our tokens."""
    checkpoints: Callable[[], Awaitable[Sequence[CheckpointKey]]]
    """The keys that sign checkpoints, the newest first."""


class ConfigurationWatch:
    def __init__(
        self,
        snapshots: ConfigurationSnapshots,
        recorder: AuditRecorder,
        *,
        settings: Settings,
        keys: WatchedKeys,
    ) -> None:
        self._snapshots = snapshots
        self._recorder = recorder
        self._settings = settings
        self._keys = keys

    async def detect_changes(self) -> None:
        """Raises StorageUnavailable, KeysUnavailable."""
        settings = policy_facts(self._settings)
        await self._compare("policy", settings, Kind.POLICY_CHANGED)
        signers = await self._keys.published()
        kids = {f"token:{key.public_jwk()['kid']}": "token" for key in signers}
        await self._compare("signing-keys", kids, Kind.SIGNING_KEY_ROTATED)
        await self._compare_checkpoint_keys()

    async def _compare_checkpoint_keys(self) -> None:
        """Older keys introduce each new one, and sign the checkpoints over its event too. So an
        auditor who trusts an older key can trust the new one."""
        origin, known = self._settings.policy.rp_id, list[CheckpointKey]()
        oldest_first = reversed(await self._keys.checkpoints())
        keys = [(key, await self._find(key)) for key in oldest_first]
        for key, stored in sorted(keys, key=lambda each: not each[1].state):
            verifier = str(key.verifier(origin))
            facts: dict[str, Fact] = {"key": "checkpoint", "verifier": verifier}
            if known:
                facts["introduction"] = introduce(key, origin=origin, by=known)
            now = {"verifier": verifier}
            await self._record_change(stored, now, Kind.SIGNING_KEY_ROTATED, facts=facts)
            known.append(key)

    async def _find(self, key: CheckpointKey) -> ConfigurationSnapshot:
        verifier = key.verifier(self._settings.policy.rp_id)
        name = f"checkpoint-key {verifier.key_id.hex()}"
        return await self._snapshots.find(name)

    async def _compare(self, name: str, now: Mapping[str, str], kind: Kind) -> None:
        stored = await self._snapshots.find(name)
        await self._record_change(stored, now, kind, facts=_differences(stored.state, now))

    async def _record_change(
        self,
        stored: ConfigurationSnapshot,
        now: Mapping[str, str],
        kind: Kind,
        *,
        facts: dict[str, Fact],
    ) -> None:
        if stored.state == now:
            return
        attempt = self._recorder.attempt(kind, actor=SERVICE, facts=facts)
        await attempt.announce(self._snapshots.partition)
        if not await self._snapshots.replace(stored, now, event=attempt.success()):
            await attempt.withdraw()  # another instance recorded it


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Fact]:
    return {
        name: f"{before.get(name, _ABSENT)} -> {now.get(name, _ABSENT)}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }
