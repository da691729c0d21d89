"""What the audit log costs: recording events, sealing them, and verifying a whole log.

    python -m bench.audit [--entries 100000]

It measures CPU time for each event, against one bare ES256 verification by `cryptography` with key
and message prepared. Storage is not measured; tests count a ceremony's storage calls. The sealer's
checks are compared with the whole cost of an event, storage calls included: `bench.audit_checks`.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from bench.audit_checks import measure
from shared.audit.checkpoint import Checkpoint, read_verifier, sign_checkpoint
from shared.audit.event import Outcome
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.statement import make_statement
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Verdict
from shared.storage.audit.audit_rows import MAX_BATCH
from tests.audit.events import event
from tests.audit.verify.log_builder import Log, new_key, vkey
from tests.audit.verify.people import Person

_PEOPLE = 20
_TIMES = 3000
_AIM = 0.05


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit")
    parser.add_argument("--entries", type=int, default=100_000)
    entries: int = parser.parse_args().entries
    print(f"making a log of {entries} sign-ins", file=sys.stderr)
    log = _make(entries)
    bare = _bare()
    _report("events of a ceremony: the notice and the outcome", _record(), bare)
    _report("sealing an entry: its hash, the tree, a checkpoint for each 100", _seal(log), bare)
    _report("verifying an entry: parts, tree, checkpoints, signature", _verify(log), bare)
    return _report_checks()


def _report_checks() -> int:
    """Return 1 if the aim is not met."""
    checks = measure()
    tags, head = checks.tags / checks.event, checks.head / (MAX_BATCH * checks.event)
    print(f"what an event costs, with storage calls: {checks.event * 1e6:.0f} µs")
    print(f"its tags, made and checked: {checks.tags * 1e6:.1f} µs, {tags:.1%} of that")
    print(f"the check of the head: {checks.head * 1e6:.1f} µs a run, {head:.2%} of a whole batch")
    met = tags + head < _AIM
    print(f"aim: less than {_AIM:.0%} of an event: {'met' if met else 'not met'}")
    return 0 if met else 1


def _report(what: str, spent: float, bare: float) -> None:
    print(f"{what}: {spent * 1e6:.1f} µs, {spent / bare:.2f} times bare ES256")


def _cpu(work: Callable[[], object], times: int) -> float:
    """Seconds for one run of `work`."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / times


def _bare() -> float:
    key = ec.generate_private_key(ec.SECP256R1())
    message, algorithm = os.urandom(200), ec.ECDSA(SHA256())
    signature, public = key.sign(message, algorithm), key.public_key()

    def work() -> None:
        for _ in range(_TIMES):
            public.verify(signature, message, algorithm)

    return _cpu(work, _TIMES)


def _record() -> float:
    evidence = {
        "clientDataJSON": bytes(200),
        "authenticatorData": bytes(37),
        "signature": bytes(71),
    }
    recorded = event(evidence=evidence)
    notice = replace(recorded, outcome=Outcome.ATTEMPTED)

    def work() -> None:
        for _ in range(_TIMES):
            make_statement(notice, random=os.urandom)
            make_statement(recorded, random=os.urandom)

    return _cpu(work, _TIMES)


def _make(entries: int) -> Log:
    log, people = Log(new_key()), [Person(str(number)) for number in range(_PEOPLE)]
    for person in people:
        log.register(person)
    for number in range(entries - _PEOPLE):
        person = people[number % _PEOPLE]
        log.sign_in(person, person.credentials[0])
        if number % 1000 == 0:
            log.seal()
    log.seal()
    return log


def _seal(log: Log) -> float:
    leaves = [statement.leaf for statement in log.statements]

    def work() -> None:
        frontier = Frontier()
        for number, leaf in enumerate(leaves, 1):
            frontier.append(leaf_hash(leaf))
            if number % MAX_BATCH == 0:
                checkpoint = Checkpoint(origin="bench", size=number, root=frontier.root)
                sign_checkpoint(checkpoint, [log.key])

    return _cpu(work, len(leaves))


def _verify(log: Log) -> float:
    lines, keys = log.lines(), [read_verifier(vkey(log.key))]

    def work() -> None:
        report = verify(lines, keys=keys)
        if report.verdict is not Verdict.CONSISTENT:
            raise SystemExit(f"the log is not proven: {report.verdict}")

    return _cpu(work, len(log.statements))


if __name__ == "__main__":
    sys.exit(main())
