"""The composition root: the only place that knows which adapter stands behind what.

A worker process builds everything once. The settings are read when the app is loaded, so that a
bad value is known at once; connections open at the first request.
"""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from shared.audit.checkpoint import CheckpointKey, read_checkpoint_key
from shared.keys.key_files import (
    KeyFile,
    load_checkpoint_key,
    load_sealing_key,
    load_signing_key,
)
from shared.keys.keys import Keys, Read, make_keys
from shared.keys.sealing_key import SealingKey, read_sealing_key
from shared.keys.settings import KeyFileSettings, KeySettings
from shared.needed_libraries import load_needed
from shared.relying_party.entry import IdentityProviders, NoProviders
from shared.relying_party.resources import Resources
from shared.relying_party.service import Service
from shared.relying_party.shipping import Shipping
from shared.relying_party.trail import Trail
from shared.relying_party.what import Telling
from shared.settings import AuditSettings, Settings, read_settings
from shared.shipping.destination import Destination
from shared.shipping.outside import Nowhere, Outside
from shared.storage.accounts import TABLE as ACCOUNTS
from shared.storage.accounts import AccountStore
from shared.storage.audit_log import LOG, TREE, AuditLog
from shared.storage.audit_outbox import TABLE as OUTBOX
from shared.storage.audit_outbox import AuditOutbox
from shared.storage.awaited_accounts import AwaitedAccounts
from shared.storage.challenges import ChallengeStore
from shared.storage.client import Connection, Credential, connect
from shared.storage.clock import StorageClock
from shared.storage.credential_ids import CredentialIds
from shared.storage.cursors import CursorStore
from shared.storage.erasures import ErasureStore
from shared.storage.event_ids import EventIds
from shared.storage.known_state import KnownStateStore
from shared.storage.limits import LimitStore
from shared.storage.links import TABLE as LINKS
from shared.storage.links import LinkStore
from shared.storage.passes import PassStore
from shared.storage.people_index import PeopleIndex
from shared.storage.registrations import RegistrationStore
from shared.storage.service_key import ServiceKeyStore
from shared.storage.sessions import TABLE as SESSIONS
from shared.storage.sessions import SessionStore
from shared.storage.stray_reservations import StrayReservations
from shared.storage.tables import Table
from shared.storage.versioned import VersionedTable
from shared.tokens.signing_key import SigningKey

CLOCK = StorageClock(lambda: datetime.now(UTC))
"""By which everything here goes."""


def prepare() -> None:
    """Raise InvalidSetting for a bad value, and whatever a library raises that cannot be loaded."""
    load_needed(settings())
    # At its default level azure-core composes a log line for every header of every request.
    logging.getLogger("azure").setLevel(logging.WARNING)


@cache
def settings() -> Settings:
    return read_settings(os.environ)


@cache
def keys() -> Keys:
    signing, sealing, checkpoint = _key_readers(settings().keys)
    return make_keys(
        signing=signing,
        sealing=sealing,
        checkpoint=checkpoint,
        interval=settings().keys.refresh_interval,
        token_lifetime=timedelta(seconds=settings().tokens.lifetime_seconds),
        seal_lifetime=timedelta(seconds=settings().policy.lifetime_seconds),
        clock=CLOCK,
    )


def _key_readers(
    chosen: KeySettings,
) -> tuple[Read[SigningKey], Read[SealingKey], Read[CheckpointKey]]:
    if isinstance(chosen, KeyFileSettings):
        return (
            KeyFile(chosen.signing_key, load_signing_key).read,
            KeyFile(chosen.sealing_key, load_sealing_key).read,
            KeyFile(chosen.checkpoint_key, load_checkpoint_key).read,
        )
    # Loading these libraries costs a fifth of a cold start; key files need none of them.
    from shared.keys import vault_client
    from shared.keys.certificate import read_certificate
    from shared.keys.key_vault import SecretVersions

    client = vault_client.connect(chosen.url, _signed_in())
    return (
        SecretVersions(client, chosen.signing_certificate, read_certificate).read,
        SecretVersions(client, chosen.sealing_key, read_sealing_key).read,
        SecretVersions(client, chosen.checkpoint_key, read_checkpoint_key).read,
    )


@cache
def _connection() -> Connection:
    credential = _signed_in() if settings().tables.endpoint else None
    return connect(settings().tables, credential=credential, clock=CLOCK)


@cache
def _signed_in() -> Credential:
    # Loading the identity library costs a fifth of a cold start; connection strings need none.
    from shared.identity import sign_in

    return sign_in(settings().identity)


def table(name: str) -> Table:
    """For commands that read whole tables."""
    return Table(_connection(), name)


async def disconnect() -> None:
    """For commands, which end; a worker process keeps its connection."""
    await _connection().close()
    if _signed_in.cache_info().currsize:
        await _signed_in().close()


@cache
def service() -> Service:
    resources = build_resources(
        settings(),
        table=table,
        versioned=lambda name: VersionedTable(_connection(), name),
        keys=keys(),
        clock=CLOCK,
        random=os.urandom,
    )
    return Service(resources, _providers())


def build_resources(
    settings: Settings,
    *,
    table: Callable[[str], Table],
    versioned: Callable[[str], VersionedTable],
    keys: Keys,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> Resources:
    """`table` and `versioned` give the table of a name; `shared.storage` tells the layout."""
    rows, ids = table(ACCOUNTS), CredentialIds(table("CredentialIds"))
    accounts, passes = AccountStore(rows), PassStore(rows)
    outbox = AuditOutbox(table(OUTBOX), tables=table)
    log, tagging = AuditLog(log=table(LOG), tree=versioned(TREE)), keys.tagging(clock)
    return Resources(
        settings=settings,
        accounts=accounts,
        registrations=RegistrationStore(accounts=rows, account_store=accounts, credential_ids=ids),
        strays=StrayReservations(accounts=accounts, ids=ids, random=random),
        awaited=AwaitedAccounts(rows, accounts=accounts, passes=passes, random=random),
        challenges=ChallengeStore(table("Challenges")),
        sessions=SessionStore(table(SESSIONS), longest=settings.sessions.absolute),
        passes=passes,
        links=LinkStore(table(LINKS)),
        service_keys=ServiceKeyStore(table("Service")),
        keys=keys,
        counters=LimitStore(versioned("RateLimits")),
        outbox=outbox,
        log=log,
        event_ids=EventIds(table(TREE), log),
        known_states=KnownStateStore(table(TREE)),
        cursors=CursorStore(versioned(TREE)),
        erasures=ErasureStore(versioned(TREE), key=tagging, keys=keys.checking(clock)),
        people=PeopleIndex(table(TREE)),
        trail=Trail(outbox, Telling.of(settings), clock=clock, random=random, key=tagging),
        clock=clock,
        random=random,
    )


@cache
def shipping() -> Shipping:
    """Of its own, as loading the destinations' libraries takes long, and no ceremony needs it."""
    resources = service().resources
    return Shipping(
        list(_destinations(settings().audit)),
        log=resources.log,
        continuity=service().continuity,
        cursors=resources.cursors,
        clock=resources.clock,
    )


def _destinations(chosen: AuditSettings) -> Iterator[Destination]:
    if monitor := chosen.monitor:
        from shared.shipping.monitor import MonitorDestination, connect_monitor

        client = connect_monitor(monitor.endpoint, _signed_in())
        yield MonitorDestination(client, rule_id=monitor.rule_id, asim=monitor.asim)
    if chosen.container_url:
        from shared.shipping import append_blob

        surroundings = append_blob.Surroundings(
            origin=settings().policy.rp_id,
            frontier=service().proofs.frontier,
            checkpoint=service().resources.log.newest_checkpoint,
            entry=service().resources.log.entry,
        )
        container = append_blob.connect_container(chosen.container_url, _signed_in())
        yield append_blob.AppendBlobDestination(container, surroundings)


@cache
def outside() -> Outside:
    """Where the log was shipped to, to be compared with what is in the tables."""
    if (url := settings().audit.container_url) is None:
        return Nowhere()
    from shared.shipping.append_blob import connect_container
    from shared.shipping.blob_checkpoint import BlobCheckpoint

    return BlobCheckpoint(connect_container(url, _signed_in()))


def _providers() -> IdentityProviders:
    if not settings().providers:
        return NoProviders()
    # Tokens and their keys take long to load: a start that trusts nobody need not wait for them.
    from shared.providers.https import Https
    from shared.providers.trust import Providers

    return Providers(
        settings().providers,
        https=Https(),
        sign_in=_signed_in,
        clock=CLOCK,
    )
