"""The composition root: the only module that chooses the adapters.

A worker process builds everything once. The settings are read when the app is loaded, so that a
bad value is found immediately; connections open at the first request. What only some deployments
or requests need is imported where it is used, as loading it takes long.
"""

import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from shared.composition.key_lifetimes import key_lifetimes
from shared.composition.parts import Parts, make_parts
from shared.composition.service import Service
from shared.keys.key_files import file_readers
from shared.keys.key_kinds import Keys, Readers, make_keys
from shared.keys.operator_tokens import NoVault, OperatorSecrets
from shared.keys.settings import KeyFileSettings, KeySettings
from shared.needed_libraries import load_needed
from shared.settings import AuditSettings, Settings, read_settings
from shared.storage.tables.client import Credential, connect
from shared.storage.tables.clock import StorageClock
from shared.storage.tables.connection import Connection
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable

if TYPE_CHECKING:
    from shared.audit_log.delivery import Delivery
    from shared.audit_log.destinations.destination import Destination
    from shared.audit_log.destinations.outside_checkpoint import OutsideCheckpoint
    from shared.keys.operator_vault import OperatorVault
    from shared.keys.vault_client import KeyVault
    from shared.openid_provider.external_mfa.asking import Hints
    from shared.relying_party.callers.authenticate import IdentityProviders

CLOCK = StorageClock(lambda: datetime.now(UTC))
"""The clock of the whole service."""


def prepare() -> None:
    """Raise InvalidSetting for a bad value, or the error of a library that cannot be loaded."""
    load_needed(settings())
    # At its default level azure-core builds a log line for every header of every request.
    logging.getLogger("azure").setLevel(logging.WARNING)


@cache
def settings() -> Settings:
    return read_settings(os.environ)


@cache
def keys() -> Keys:
    chosen = settings().keys
    return make_keys(
        **_key_readers(chosen),
        client_ca_overlap=chosen.client_ca_overlap,
        interval=chosen.refresh_interval,
        **key_lifetimes(settings()),
        clock=CLOCK,
    )


def _key_readers(chosen: KeySettings) -> Readers:
    if isinstance(chosen, KeyFileSettings):
        return file_readers(chosen)
    return _vault(chosen.url).readers(chosen)


@cache
def _vault(url: str) -> "KeyVault":
    from shared.keys.vault_client import KeyVault

    return KeyVault(url, _signed_in())


def _operator_secrets() -> OperatorSecrets:
    chosen = settings().keys
    if isinstance(chosen, KeyFileSettings):
        return NoVault()
    return _vault(chosen.url).operator_secrets(clock=CLOCK)


@asynccontextmanager
async def operator_vault(url: str) -> AsyncIterator["OperatorVault"]:
    """For commands without settings: the vault, by the operator's own sign-in."""
    from shared.azure.credential import sign_in
    from shared.keys.vault_client import KeyVault

    signed_in = sign_in(client_id=None, credentials="of the operator")
    async with signed_in, KeyVault(url, signed_in) as vault:
        yield vault.for_operators(clock=lambda: datetime.now(UTC), random=os.urandom)


@cache
def _connection() -> Connection:
    credential = _signed_in() if settings().tables.endpoint else None
    return connect(settings().tables, credential=credential, clock=CLOCK)


@cache
def _signed_in() -> Credential:
    from shared.azure.credential import sign_in

    chosen = settings().identity
    return sign_in(client_id=chosen.client_id, credentials=chosen.credentials)


def table(name: str) -> Table:
    """For commands that read whole tables."""
    return Table(_connection(), name)


async def disconnect() -> None:
    """Close the connections at the end of a command; a worker process keeps them."""
    await _connection().close()
    if _signed_in.cache_info().currsize:
        await _signed_in().close()


@cache
def parts() -> Parts:
    return make_parts(
        settings(),
        table=table,
        versioned=lambda name: VersionedTable(_connection(), name),
        keys=keys(),
        clock=CLOCK,
        random=os.urandom,
    )


@cache
def service() -> Service:
    return Service(parts(), _providers, _operator_secrets, _hints)


@cache
def shipping() -> "Delivery":
    from shared.audit_log.delivery import Delivery

    return Delivery(
        list(_destinations(settings().audit)),
        log=parts().stores.log,
        trusted_log=service().trusted_log,
        cursors=parts().stores.cursors,
        clock=CLOCK,
    )


def _destinations(chosen: AuditSettings) -> Iterator["Destination"]:
    if monitor := chosen.monitor:
        from shared.audit_log.destinations.monitor import MonitorDestination, connect_monitor

        client = connect_monitor(monitor.endpoint, _signed_in())
        yield MonitorDestination(client, rule_id=monitor.rule_id, asim=monitor.asim)
    if chosen.container_url:
        from shared.audit_log.destinations import append_blob

        surroundings = append_blob.LogContext(
            origin=settings().policy.rp_id,
            frontier=service().proofs.frontier,
            checkpoint=parts().stores.log.newest_checkpoint,
            entry=parts().stores.log.entry,
        )
        container = append_blob.connect_container(chosen.container_url, _signed_in())
        yield append_blob.AppendBlobDestination(container, surroundings)


@cache
def outside() -> "OutsideCheckpoint":
    """The checkpoint in the log's container, to be compared with the tables."""
    if (url := settings().audit.container_url) is None:
        from shared.audit_log.destinations.outside_checkpoint import NoOutsideCheckpoint

        return NoOutsideCheckpoint()
    from shared.audit_log.destinations.append_blob import connect_container
    from shared.audit_log.destinations.blob_checkpoint import BlobCheckpoint

    return BlobCheckpoint(connect_container(url, _signed_in()))


def _providers() -> "IdentityProviders":
    from shared.composition.identity_providers import make_providers

    return make_providers(settings(), sign_in=_signed_in, clock=CLOCK)


def _hints() -> "Hints | None":
    from shared.composition.identity_providers import make_hints

    return make_hints(settings(), clock=CLOCK)
