"""Clients, as administrators make and change them. Each change is an event.

Whoever changes a redirect URI or adds a secret can sign in to that client as anybody who comes by.
So each change needs a fresh sign-in, and its event says what is different now.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.errors import (
    ClientChanged,
    ClientExists,
    ClientFromSettings,
    ClientLimitReached,
    NotFound,
)
from shared.openid.clients.client import Client, Secrets
from shared.openid.clients.documents import changed_members
from shared.openid.clients.kept_clients import keep
from shared.principals import Principal
from shared.recording.actors import bearer
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.openid.clients import MOST_CLIENTS, ClientStore, StoredClient

_ID_BYTES = 16

type Versions = frozenset[str] | None
"""The versions that a change may replace. None: any."""


class ClientAdministration:
    def __init__(
        self,
        *,
        callers: Callers,
        store: ClientStore,
        from_settings: Sequence[Client],
        recorder: AuditRecorder,
        random: Callable[[int], bytes],
    ) -> None:
        self._callers = callers
        self._store = store
        self._from_settings: Mapping[str, Client] = {each.id: each for each in from_settings}
        self._recorder = recorder
        self._random = random

    async def all(self, *, by: Principal) -> list[Client]:
        """Raises TokenInvalid, NotPermitted."""
        found, _ = await asyncio.gather(self._store.all(), self._require_role(by))
        # An ID that has come to the settings since is theirs.
        stored = [each.client for each in found if each.client.id not in self._from_settings]
        return sorted([*self._from_settings.values(), *stored], key=lambda client: client.id)

    async def one(self, client_id: str, *, by: Principal) -> Client:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        found, _ = await asyncio.gather(self._find(client_id), self._require_role(by))
        if found is None:
            raise NotFound
        return found

    async def create(self, client: Client, *, by: Principal) -> Client:
        """Without an ID, the client gets one.

        Raises TokenInvalid, NotPermitted, StepUpRequired, ClientExists, ClientLimitReached.
        """
        client = client if client.id else replace(client, id=self._random(_ID_BYTES).hex())
        async with self.attempt(Kind.CLIENT_CREATED, by=by) as attempt:
            known, _ = await asyncio.gather(
                self._store.ids(), self._require_to_change(attempt, client.id, by=by)
            )
            if client.id in self._from_settings:
                raise ClientExists
            if len(known) >= MOST_CLIENTS:
                raise ClientLimitReached
            facts = _state(client) | _redirect_uris(client)
            await attempt.announce(self._store.partition, facts=facts)
            if not await attempt.try_commit(partial(self._store.add, client)):
                raise ClientExists
        return client

    async def replace(self, client: Client, *, versions: Versions, by: Principal) -> Client:
        """Its secrets stay, as long as it proves itself with secrets.

        Raises the errors of `to_change`, and ClientChanged.
        """
        async with self.attempt(Kind.CLIENT_CHANGED, by=by) as attempt:
            stored = await self.to_change(attempt, client.id, by=by)
            _require_version(stored, versions)
            after = _with_secrets(client, stored.client)
            if after != stored.client:
                await self.write(attempt, stored, after, facts=_difference(stored.client, after))
        return after

    async def remove(self, client_id: str, *, versions: Versions, by: Principal) -> None:
        """For any version, the row need not be readable. Raises the errors of `replace`."""
        async with self.attempt(Kind.CLIENT_REMOVED, by=by) as attempt:
            etag: str | None = None
            if versions is None:
                await self._require_to_change(attempt, client_id, by=by)
                self._require_of_tables(client_id)
            else:
                stored = await self.to_change(attempt, client_id, by=by)
                _require_version(stored, versions)
                etag = stored.etag
            await attempt.announce(self._store.partition)
            if not await attempt.try_commit(partial(self._store.remove, client_id, etag)):
                raise ClientChanged if etag else NotFound

    def attempt(self, kind: Kind, *, by: Principal) -> Attempt:
        return self._recorder.attempt(kind, actor=bearer(by))

    async def to_change(self, attempt: Attempt, client_id: str, *, by: Principal) -> StoredClient:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, ClientFromSettings."""
        stored, _ = await asyncio.gather(
            self._store.find(client_id), self._require_to_change(attempt, client_id, by=by)
        )
        self._require_of_tables(client_id)
        if stored is None:
            raise NotFound
        return stored

    async def write(
        self, attempt: Attempt, stored: StoredClient, after: Client, *, facts: dict[str, Fact]
    ) -> None:
        """Raises ClientChanged."""
        await attempt.announce(self._store.partition, facts=facts | _state(after))
        if not await attempt.try_commit(partial(self._store.replace, stored, after)):
            raise ClientChanged

    async def _find(self, client_id: str) -> Client | None:
        if client_id in self._from_settings:
            return self._from_settings[client_id]
        stored = await self._store.find(client_id)
        return None if stored is None else stored.client

    async def _require_role(self, by: Principal) -> None:
        await self._callers.require_role(by, Role.CLIENTS_ADMIN)

    async def _require_to_change(self, attempt: Attempt, client_id: str, *, by: Principal) -> None:
        """The event names the client only if the caller has the role: nobody else may put a text
        of their own into the log, which is kept forever."""
        await self._require_role(by)
        attempt.add_details(facts={"client": client_id})
        self._callers.require_fresh(by)

    def _require_of_tables(self, client_id: str) -> None:
        if client_id in self._from_settings:
            raise ClientFromSettings


def version_of(client: Client) -> str:
    return keep(client).state


def _require_version(stored: StoredClient, versions: Versions) -> None:
    if versions is not None and version_of(stored.client) not in versions:
        raise ClientChanged


def _with_secrets(client: Client, before: Client) -> Client:
    both = isinstance(client.authentication, Secrets) and isinstance(before.authentication, Secrets)
    return replace(client, authentication=before.authentication) if both else client


def _state(client: Client) -> dict[str, Fact]:
    return {"state": version_of(client)}


def _redirect_uris(client: Client) -> dict[str, Fact]:
    """Where the client has people sent back to."""
    return {"redirectUris": " ".join(client.redirect_uris)}


def _difference(before: Client, after: Client) -> dict[str, Fact]:
    changed = changed_members(before, after)
    facts: dict[str, Fact] = {"changed": " ".join(changed)}
    return facts | _redirect_uris(after) if "redirectUris" in changed else facts
