"""The relying party in process: one instance of the service, with a clock that tests set."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from shared.accounts.names import read_username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.audit.checkpoint import CheckpointKey
from shared.composition.openid.clients import Fetching
from shared.composition.parts import make_parts
from shared.composition.service import Service
from shared.json_shape import Shape
from shared.keys.client_ca.key import ClientCaKey
from shared.keys.key_kinds import Keys, Read
from shared.keys.operator_tokens import NoVault, OperatorSecrets
from shared.keys.sealing_key import SealingKey
from shared.keys.signing_key import SigningKey
from shared.principals import AccountHolder
from shared.relying_party.callers.authenticate import NoProviders
from shared.relying_party.callers.client import Client
from shared.relying_party.callers.requirements import require_account
from shared.relying_party.passkeys.authentication import SignedIn
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.relying_party.sessions.token_issue import TO_PAGE
from shared.relying_party.sessions.token_issuer import Tokens
from shared.sessions.refresh_token import RefreshToken, read_refresh_token
from shared.settings import Settings, read_settings
from shared.webauthn.responses import read_authentication_response, read_registration_response
from tests.authenticator import SoftAuthenticator
from tests.fixed_keys import fixed_keys, new_checkpoint_key, new_sealing_key
from tests.harness.entra_hints import entra_hints
from tests.storage_transport import Storage

type Json = Mapping[str, Any]

ORIGIN = "https://touchstone.example"
PROVIDER = "https://provider.example"
SETTINGS = {
    "RP_ID": "touchstone.example",
    "RP_ORIGINS": ORIGIN,
    "ISSUER": ORIGIN,
    "REGISTRATION": "open",
    "SIGNING_KEY_FILE": "unused",
    "TABLES_ENDPOINT": "https://unused.example",
    "AUDIT_BEGUN_ONE_IN": "0",
    "IDENTITY_PROVIDERS": json.dumps([{"issuer": PROVIDER, "audiences": ["api://touchstone"]}]),
}

CLIENT = Client(address=None, user_agent="tests")


@dataclass
class Clock:
    now: datetime = datetime(2031, 5, 17, 12, 0, 0, tzinfo=UTC)
    certain: bool = True

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def no_fetching() -> Fetching:
    raise AssertionError("no request to others was expected")


@cache
def _read_once(settings: frozenset[tuple[str, str]]) -> Settings:
    """Thousands of tests have the same ones."""
    return read_settings(dict(settings))


class ServiceHarness:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        signing_key: SigningKey,
        *,
        settings: Mapping[str, str] = SETTINGS,
        sealing_key: SealingKey | None = None,
        checkpoint_key: CheckpointKey | Sequence[CheckpointKey] | None = None,
        client_ca: Read[ClientCaKey] | None = None,
        key_rings: Keys | None = None,
        operator_secrets: OperatorSecrets | None = None,
        fetching: Callable[[], Fetching] = no_fetching,
    ) -> None:
        """With `key_rings` in place of the keys, if they are not to be had."""
        self.storage, self.clock, self.client = storage, clock, CLIENT
        self.issue = TO_PAGE
        self._sealing_key = sealing_key or new_sealing_key()
        self._checkpoint_key = checkpoint_key or new_checkpoint_key()
        self.parts = make_parts(
            _read_once(frozenset(settings.items())),
            table=storage.table,
            versioned=storage.versioned,
            keys=key_rings
            or fixed_keys(
                signing_key,
                self._sealing_key,
                clock=clock,
                checkpoint=self._checkpoint_key,
                client_ca=client_ca,
            ),
            clock=clock,
            random=os.urandom,
        )
        self.settings, self.stores = self.parts.settings, self.parts.stores
        self.keys, self.recorder = self.parts.keys, self.parts.recorder
        self.service = Service(
            self.parts,
            NoProviders,
            lambda: operator_secrets or NoVault(),
            lambda: entra_hints(self.parts.settings, clock=clock),
            fetching,
        )
        self._fetching = fetching
        self.registration = self.service.registration
        self.authentication = self.service.authentication
        self._signing_key, self._settings = signing_key, settings
        self._client_ca = client_ca

    def restarted(self, **settings: str) -> "ServiceHarness":
        """Another process: it has read nothing yet."""
        return self.over(self.storage, **settings)

    def over(self, storage: Storage, **settings: str) -> "ServiceHarness":
        """With the same keys over another storage."""
        return self._over(storage, {**self._settings, **settings}, None)

    def with_keys(self, keys: Keys) -> "ServiceHarness":
        """Another process, with other keys."""
        return self._over(self.storage, self._settings, keys)

    def with_operators(self, secrets: OperatorSecrets) -> "ServiceHarness":
        """Another process, where operators make tokens in that vault."""
        return self._over(self.storage, self._settings, None, secrets)

    def with_client_ca(self, read: Read[ClientCaKey]) -> "ServiceHarness":
        """Another process, which issues client certificates."""
        return self._over(self.storage, self._settings, None, client_ca=read)

    def with_fetching(self, fetching: Callable[[], Fetching]) -> "ServiceHarness":
        """Another process, which may send requests to others."""
        return self._over(self.storage, self._settings, None, fetching=fetching)

    def _over(
        self,
        storage: Storage,
        settings: Mapping[str, str],
        keys: Keys | None,
        operator_secrets: OperatorSecrets | None = None,
        fetching: Callable[[], Fetching] | None = None,
        client_ca: Read[ClientCaKey] | None = None,
    ) -> "ServiceHarness":
        return ServiceHarness(
            storage,
            self.clock,
            self._signing_key,
            settings=settings,
            sealing_key=self._sealing_key,
            checkpoint_key=self._checkpoint_key,
            client_ca=client_ca or self._client_ca,
            key_rings=keys,
            operator_secrets=operator_secrets,
            fetching=fetching or self._fetching,
        )

    async def warm(self) -> None:
        """Have tables and the service key, and forget the calls that brought them."""
        await self.storage.make_tables()
        await self.stores.service_key.get()
        self.storage.transport.forget()

    async def begin_registration(self, username: str | None, *, token: str | None = None) -> Json:
        request = RegistrationRequest(
            username=None if username is None else read_username(username),
            display_name=None,
            attachment=None,
            hints=(),
        )
        principal = None if token is None else await self.holder(token)
        return (
            await self.registration.begin(request, principal=principal, client=self.client)
        ).options

    async def finish_registration(
        self, credential: Json, *, token: str | None = None
    ) -> CredentialRecord:
        response = read_registration_response(Shape(credential))
        principal = None if token is None else await self.holder(token)
        return await self.registration.finish(
            response, name=None, client=self.client, principal=principal
        )

    async def begin_authentication(self, username: str | None = None) -> Json:
        name = None if username is None else read_username(username)
        return (await self.service.begin_authentication(name, client=self.client)).options

    async def finish_authentication(self, credential: Json) -> SignedIn:
        response = read_authentication_response(Shape(credential))
        return await self.authentication.finish(response, client=self.client, issue=self.issue)

    async def refresh(self, refresh_token: str) -> Tokens:
        return await self.service.refreshing.refresh(refresh_token, self.issue, client=self.client)

    async def register(
        self, authenticator: SoftAuthenticator, username: str | None, *, token: str | None = None
    ) -> CredentialRecord:
        options = await self.begin_registration(username, token=token)
        return await self.finish_registration(authenticator.create(options))

    async def sign_in(
        self, authenticator: SoftAuthenticator, username: str | None = None
    ) -> SignedIn:
        options = await self.begin_authentication(username)
        return await self.finish_authentication(authenticator.get(options))

    async def read_refresh(self, text: str) -> RefreshToken:
        return read_refresh_token(text, service_key=await self.stores.service_key.get())

    async def keeps_session(self, tokens: Tokens) -> bool:
        """Whether the session has a row, live or not."""
        token = await self.read_refresh(tokens.refresh_token)
        return await self.stores.sessions.find(token.locator, token.session_id) is not None

    async def seal_refresh(self, token: RefreshToken) -> str:
        """Seal any token, as only the service can."""
        return token.encode(service_key=await self.stores.service_key.get())

    async def holder(self, token: str) -> AccountHolder:
        """The holder of an access token of any kind."""
        return AccountHolder(await self.service.bearer_authentication.read_own(token))

    async def me(self, token: str) -> tuple[UserAccount, list[CredentialRecord]]:
        holder = require_account(await self.holder(token))
        owner = await self.service.credentials.own_account(holder)
        return owner.account, owner.records


def new_authenticator(*, sign_count_step: int = 1) -> SoftAuthenticator:
    return SoftAuthenticator(
        rp_id=SETTINGS["RP_ID"], origin=ORIGIN, sign_count_step=sign_count_step
    )
