"""An export has all sealed entries, in order, with the checkpoints that cover them."""

import json
from typing import Any

import pytest

from shared.audit.checkpoint import open_checkpoint
from shared.audit.event import Kind
from shared.audit.log_entry import read_entry, read_frontier
from shared.audit.merkle import leaf_hash
from shared.audit.verification.findings import FindingKind
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Report, Verdict
from shared.errors import AuthenticationRejected
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    handle_of,
)
from tests.harness.record import checkpoint, entries, seal
from tests.harness.service_harness import ServiceHarness, new_authenticator


async def exported(party: ServiceHarness, first: int = 0) -> list[dict[str, Any]]:
    return [line async for line in party.service.exporting.lines(first=first)]


@pytest.fixture
async def filled(party: ServiceHarness) -> ServiceHarness:
    """Entries in two partitions, under four checkpoints."""
    for number in (1, 99, 160, 3):
        for _ in range(number):
            await party.recorder.record(Kind.AUDIT_READ)
        await seal(party)
    return party


@pytest.mark.parametrize("first", [0, 1, 77, 255, 256, 262])
async def test_every_checkpoint_follows_from_the_lines_before_it(
    filled: ServiceHarness, first: int
) -> None:
    log, *lines = await exported(filled, first)
    frontier, sizes = read_frontier(log["log"]), []
    keys = await filled.keys.checkpoint_keys()
    verifiers = [key.verifier(log["log"]["origin"]) for key in keys]
    for line in lines:
        if "entry" in line:
            entry = read_entry(line["entry"])
            assert entry.index == frontier.size
            frontier.append(leaf_hash(entry.statement.leaf))
        else:
            signed = open_checkpoint(line["checkpoint"], verifiers)
            assert (signed.size, signed.root) == (frontier.size, frontier.root)
            sizes.append(signed.size)
    assert sizes == [size for size in (1, 100, 260, 263) if size > first]
    assert frontier.root == (await checkpoint(filled)).root


async def test_unsealed_entries_are_not_exported(filled: ServiceHarness) -> None:
    sealed = await entries(filled)
    await filled.stores.log.append(263, [sealed[0].statement])
    assert len([line for line in await exported(filled) if "entry" in line]) == 263


async def test_an_empty_log_is_exported_as_one_line(party: ServiceHarness) -> None:
    assert len(await exported(party)) == 1
    with pytest.raises(ValueError, match="0 entries"):
        await exported(party, 1)
    with pytest.raises(ValueError, match="0 entries"):
        await exported(party, -1)


async def test_an_export_of_the_service_is_proven_by_the_verifier(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """The whole way from an authenticator's signature to an auditor's report."""
    await party.service.configuration_watch.detect_changes()
    await party.register(alices, "alice")
    token = (await party.sign_in(alices, "alice")).tokens.access_token
    second = new_authenticator()
    added = await party.register(second, "alice", token=token)
    await seal(party)
    seen = (await party.stores.log.head()).checkpoint
    await party.sign_in(second)
    await party.sign_in(alices, "alice")
    refused = alices.get(await party.begin_authentication("alice"), signature=b"nonsense")
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(refused)
    await party.service.credentials.remove_of(await handle_of(party), added.id, by=ADMINISTRATOR)
    await seal(party)
    lines = [json.dumps(line).encode() for line in await exported(party)]
    keys = [key.verifier(party.settings.policy.rp_id) for key in await party.keys.checkpoint_keys()]
    report = verify(lines, keys=keys, seen=seen)
    assert report.verdict is Verdict.PROVEN, report
    proven = {tally.subject: (tally.proven, tally.expected) for tally in report.tallies}
    assert proven["registrations"] == (2, 2)
    assert proven["sign-ins"] == (3, 3)
    changed = [line.replace(b"signature_invalid", b"signature_unvalid") for line in lines]
    assert verify(changed, keys=keys).verdict is Verdict.WRONG


async def _verified(party: ServiceHarness) -> Report:
    await seal(party)
    lines = [json.dumps(line).encode() for line in await exported(party)]
    keys = [key.verifier(party.settings.policy.rp_id) for key in await party.keys.checkpoint_keys()]
    return verify(lines, keys=keys)


async def test_an_accepted_lower_count_is_reported_without_suspicion(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    lenient = party.restarted(SIGN_COUNT_POLICY="report")
    await lenient.register(alices, "alice")
    await lenient.sign_in(alices, "alice")
    lenient.clock.advance(minutes=6)
    options = await lenient.begin_authentication("alice")
    await lenient.finish_authentication(alices.get(options, sign_count=1))
    report = await _verified(lenient)
    assert report.verdict is Verdict.CONSISTENT, report
    assert [finding.kind for finding in report.findings] == [FindingKind.SIGN_COUNT_LET_IN]


async def test_a_constant_count_is_not_reported(party: ServiceHarness) -> None:
    key = new_authenticator()
    await party.register(key, "alice")
    for _ in range(3):
        options = await party.begin_authentication("alice")
        await party.finish_authentication(key.get(options, sign_count=1))
    report = await _verified(party)
    assert list(report.findings) == []
