"""Known checkpoint keys introduce a new one, in the log and to auditors."""

import json

from shared.accounts.roles import Role
from shared.audit.checkpoint import CheckpointKey
from shared.audit.key_introduction import read_introduction
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Verdict
from tests.fixed_keys import new_checkpoint_key
from tests.harness.administrators import identity
from tests.harness.record import record, seal
from tests.harness.service_harness import SETTINGS, ServiceHarness

ORIGIN = SETTINGS["RP_ID"]
AUDITOR = identity(Role.AUDIT_READ)


def with_checkpoint_keys(party: ServiceHarness, *keys: CheckpointKey) -> ServiceHarness:
    """Another process, with these keys enabled, the oldest first."""
    other = party.restarted()
    other._checkpoint_key = keys
    return other.restarted()


async def test_a_new_checkpoint_key_is_introduced_by_recorded_ones(
    party: ServiceHarness,
) -> None:
    old, new, newest = (new_checkpoint_key() for _ in range(3))
    first = with_checkpoint_keys(party, old)
    await first.service.configuration_watch.detect_changes()
    await seal(first)
    both = with_checkpoint_keys(first, old, new)
    await both.service.configuration_watch.detect_changes()
    await seal(both)
    last = with_checkpoint_keys(both, new, newest)
    await last.service.configuration_watch.detect_changes()
    await seal(last)
    await last.service.configuration_watch.detect_changes()
    lines = [json.dumps(line).encode() async for line in last.service.exporting.lines()]
    trusted = [old.verifier(ORIGIN)]
    report = verify(lines, keys=trusted)
    assert report.verdict is Verdict.CONSISTENT, report
    notes = [
        event["facts"].get("introduction")
        for event in await record(last)
        if event["facts"].get("key") == "checkpoint"
    ]
    assert [note is None for note in notes] == [True, False, False]
    verifier = read_introduction(notes[1], origin=ORIGIN, trusted=trusted)
    assert verifier == new.verifier(ORIGIN)


async def test_the_oldest_of_several_new_keys_introduces_the_others(
    party: ServiceHarness,
) -> None:
    old, new = new_checkpoint_key(), new_checkpoint_key()
    both = with_checkpoint_keys(party, old, new)
    await both.service.configuration_watch.detect_changes()
    await seal(both)
    lines = [json.dumps(line).encode() async for line in both.service.exporting.lines()]
    report = verify(lines, keys=[old.verifier(ORIGIN)])
    assert report.verdict is Verdict.CONSISTENT, report


async def test_auditors_see_which_key_introduces_each_key(party: ServiceHarness) -> None:
    old, new, newest = (new_checkpoint_key() for _ in range(3))
    several = with_checkpoint_keys(party, old, new, newest)
    await several.service.configuration_watch.detect_changes()
    await seal(several)
    sealed = await several.service.log_reader.checkpoint(by=AUDITOR)
    assert [str(each) for each in sealed.verifiers] == [
        str(key.verifier(ORIGIN)) for key in (newest, new, old)
    ]
    first, second = sealed.introductions
    trusted = [old.verifier(ORIGIN)]
    assert read_introduction(first, origin=ORIGIN, trusted=trusted) == new.verifier(ORIGIN)
    assert read_introduction(second, origin=ORIGIN, trusted=trusted) == newest.verifier(ORIGIN)
