"""Stories about the erasure of a person's events."""

from shared.audit_log.erasure.deciders import Deciders
from shared.audit_log.erasure.grounds import ErasureGrounds
from shared.audit_log.erasure.log_pass import LogPass
from shared.audit_log.erasure.requests import ErasureRequests
from shared.audit_log.erasure.run import ErasureRun
from shared.audit_log.proofs import Proofs
from shared.audit_log.trusted_log import TrustedLog
from shared.composition.parts import Parts
from shared.relying_party.callers.callers import Callers


def make_erasure_requests(parts: Parts, callers: Callers) -> ErasureRequests:
    delay = parts.settings.audit.erasure_delay
    return ErasureRequests(
        callers=callers,
        deciders=Deciders(accounts=parts.stores.accounts, delay=delay, clock=parts.clock),
        erasures=parts.stores.erasures,
        accounts=parts.stores.accounts,
        outbox=parts.stores.outbox,
        service_key=parts.stores.service_key,
        recorder=parts.recorder,
        delay=delay,
    )


def make_erasure_run(
    parts: Parts, proofs: Proofs, trusted_log: TrustedLog, callers: Callers
) -> ErasureRun:
    return ErasureRun(
        callers=callers,
        trusted_log=trusted_log,
        grounds=ErasureGrounds(parts.stores.event_ids, proofs, trusted_log),
        log_pass=LogPass(
            log=parts.stores.log,
            erasures=parts.stores.erasures,
            statement_key=parts.keys.statement_key,
        ),
        erasures=parts.stores.erasures,
        outbox=parts.stores.outbox,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
    )
