"""The checks that find a changed log, and what they report."""

import json
from collections.abc import Sequence
from datetime import timedelta

from shared.audit.checkpoint import CheckpointKey
from shared.audit.verification.recheck import verify
from shared.audit.verification.table import write_table
from shared.audit_log.destinations.outside_checkpoint import OutsideCheckpoint
from shared.commands.check_audit_log import write
from shared.composition.audit_log import make_crosschecking
from shared.errors import LogInconsistent
from tests.harness.record import seal
from tests.harness.service_harness import SETTINGS, ServiceHarness

ORIGIN = SETTINGS["RP_ID"]


async def sealer_says(party: ServiceHarness, outside: OutsideCheckpoint | None = None) -> str:
    """The sealer's complaint, or an empty text."""
    try:
        if outside is None:
            await seal(party)
        else:
            until = party.clock.now + timedelta(days=99)
            await party.service.sealing.seal(until=until, outside=outside)
    except LogInconsistent as error:
        return str(error)
    left = party.service.sealing.contradiction
    return left.what if left else ""


async def health_says(party: ServiceHarness) -> str:
    found = await party.service.trusted_log.find_contradiction()
    return found.what if found else ""


async def check_says(party: ServiceHarness) -> str:
    checking = make_crosschecking(party.parts, party.service.trusted_log, table=party.storage.table)
    return "".join(write(await checking.check()))


async def export(party: ServiceHarness) -> list[bytes]:
    return [json.dumps(line).encode() async for line in party.service.exporting.lines()]


async def verifier_says(
    party: ServiceHarness,
    *,
    lines: Sequence[bytes] = (),
    seen: str | None = None,
    keys: Sequence[CheckpointKey] = (),
) -> str:
    """Of an export, unless there is another file, by the service's own keys, unless there are
    others."""
    trusted = keys or await party.keys.checkpoint_keys()
    report = verify(
        lines or await export(party), keys=[key.verifier(ORIGIN) for key in trusted], seen=seen
    )
    return write_table(report, now=party.clock.now)
