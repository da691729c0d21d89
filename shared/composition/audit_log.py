"""Stories about the audit log."""

from collections.abc import Callable

from shared.audit_log.crosschecking import Crosschecking
from shared.audit_log.following.ended_sessions import CURSOR as ENDED
from shared.audit_log.following.ended_sessions import EndedSessions
from shared.audit_log.following.follower import Follower
from shared.audit_log.following.indexing import CURSOR as INDEXED
from shared.audit_log.following.indexing import Indexing
from shared.audit_log.head_signing import HeadSigning
from shared.audit_log.log_export import Exporting
from shared.audit_log.log_reader import LogReader
from shared.audit_log.proofs import Proofs
from shared.audit_log.sealing import Sealing
from shared.audit_log.search import Search
from shared.audit_log.settling import Settling
from shared.audit_log.tidying import Tidying
from shared.audit_log.trust import Trust
from shared.audit_log.trusted_log import TrustedLog
from shared.composition.parts import Parts
from shared.recording.configuration_watch import ConfigurationWatch, WatchedKeys
from shared.relying_party.callers.callers import Callers
from shared.storage.tables.gather_limited import AT_ONCE
from shared.storage.tables.table import Table


def make_configuration_watch(parts: Parts) -> ConfigurationWatch:
    return ConfigurationWatch(
        parts.stores.configuration_snapshots,
        parts.recorder,
        settings=parts.settings,
        keys=WatchedKeys(
            published=parts.keys.published_keys, checkpoints=parts.keys.checkpoint_keys
        ),
    )


def make_trusted_log(parts: Parts, proofs: Proofs) -> TrustedLog:
    trust = Trust(
        origin=parts.settings.policy.rp_id,
        keys=parts.trusted_verifiers,
        statements=parts.keys.statement_keys,
        untagged_before=parts.settings.audit.untagged_before,
        superseded=parts.settings.audit.superseded,
    )
    return TrustedLog(trust, log=parts.stores.log, proofs=proofs, clock=parts.clock)


def make_sealing(parts: Parts, trusted_log: TrustedLog) -> Sealing:
    stores, keys = parts.stores, parts.keys
    return Sealing(
        settling=Settling(
            stores.outbox, stores.event_ids, settling_time=parts.settings.audit.settling
        ),
        tidying=Tidying(outbox=stores.outbox, log=stores.log, trusted_log=trusted_log),
        head_signing=HeadSigning(
            log=stores.log,
            trusted_log=trusted_log,
            origin=parts.settings.policy.rp_id,
            keys=keys.checkpoint_keys,
            clock=parts.clock,
        ),
        outbox=stores.outbox,
        log=stores.log,
        event_ids=stores.event_ids,
        trusted_log=trusted_log,
        statement_key=keys.statement_key,
        clock=parts.clock,
    )


def make_exporting(parts: Parts, proofs: Proofs) -> Exporting:
    return Exporting(parts.stores.log, proofs, origin=parts.settings.policy.rp_id)


def make_indexing(parts: Parts, trusted_log: TrustedLog) -> Indexing:
    return Indexing(parts.stores.people, _follow(parts, trusted_log, INDEXED, tiles=AT_ONCE))


def make_ended_sessions(parts: Parts, trusted_log: TrustedLog) -> EndedSessions:
    return EndedSessions(
        # A tile at a time, as most runs stop in the first one.
        _follow(parts, trusted_log, ENDED, tiles=1),
        sessions=parts.stores.sessions,
        longest=parts.settings.sessions.absolute,
        clock=parts.clock,
    )


def _follow(parts: Parts, trusted_log: TrustedLog, cursor: str, *, tiles: int) -> Follower:
    return Follower(
        cursor,
        log=parts.stores.log,
        head=trusted_log.signed_head,
        cursors=parts.stores.cursors,
        clock=parts.clock,
        tiles=tiles,
    )


def make_log_reader(parts: Parts, proofs: Proofs, callers: Callers) -> LogReader:
    return LogReader(
        origin=parts.settings.policy.rp_id,
        search=Search(parts.stores.log, parts.stores.people, parts.stores.cursors),
        proofs=proofs,
        callers=callers,
        log=parts.stores.log,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        recorder=parts.recorder,
    )


def make_crosschecking(
    parts: Parts, trusted_log: TrustedLog, *, table: Callable[[str], Table]
) -> Crosschecking:
    """`table` returns the table with a name."""
    return Crosschecking(
        outbox=parts.stores.outbox,
        log=parts.stores.log,
        trusted_log=trusted_log,
        longest_session=parts.settings.sessions.absolute,
        table=table,
    )
