"""Secrets of clients. Two may be alive, so that a client changes to a new one without a pause."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.audit.event import Kind
from shared.audit.instants import write_instant
from shared.errors import ClientWithoutSecrets, NotFound, SecretLimitReached
from shared.openid.clients.client import Client, HashedSecret, Secrets
from shared.openid.clients.client_secrets import (
    SECRET_BYTES,
    hash_secret,
    with_secret,
    write_secret,
)
from shared.openid_provider.client_administration import ClientAdministration
from shared.principals import Principal


@dataclass(frozen=True, slots=True, repr=False)  # a repr would show the secret
class NewSecret:
    text: str
    hashed: HashedSecret


class SecretAdministration:
    def __init__(
        self,
        clients: ClientAdministration,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._random = random

    async def add(self, client_id: str, *, lifetime: timedelta | None, by: Principal) -> NewSecret:
        """Raises the errors of `ClientAdministration.replace`, ClientWithoutSecrets,
        SecretLimitReached."""
        async with self._clients.attempt(Kind.CLIENT_SECRET_ADDED, by=by) as attempt:
            stored = await self._clients.to_change(attempt, client_id, by=by)
            text, now = write_secret(self._random(SECRET_BYTES)), self._clock()
            end = None if lifetime is None else now + lifetime
            hashed = hash_secret(text, made_at=now, expires_at=end)
            secrets = with_secret(_secrets_of(stored.client), hashed)
            if secrets is None:
                raise SecretLimitReached
            facts = {"secret": hashed.id} | ({"expiresAt": write_instant(end)} if end else {})
            after = replace(stored.client, authentication=secrets)
            await self._clients.write(attempt, stored, after, facts={**facts})
        return NewSecret(text, hashed)

    async def remove(self, client_id: str, secret_id: str, *, by: Principal) -> None:
        """Raises the errors of `add`, and NotFound."""
        async with self._clients.attempt(Kind.CLIENT_SECRET_REMOVED, by=by) as attempt:
            stored = await self._clients.to_change(attempt, client_id, by=by)
            secrets = _secrets_of(stored.client)
            left = tuple(each for each in secrets.hashed if each.id != secret_id)
            if left == secrets.hashed:
                raise NotFound
            after = replace(stored.client, authentication=Secrets(left))
            await self._clients.write(attempt, stored, after, facts={"secret": secret_id})


def _secrets_of(client: Client) -> Secrets:
    if not isinstance(client.authentication, Secrets):
        raise ClientWithoutSecrets
    return client.authentication
