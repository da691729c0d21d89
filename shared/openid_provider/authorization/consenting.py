"""Consent that a person gives to a client is kept, so that nobody is asked twice for the same."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.accounts.handles import locate_handle
from shared.audit.event import Kind
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.clients.client import Client
from shared.openid.resources import audience_of
from shared.recording.audit_recorder import AuditRecorder
from shared.sessions.token_settings import TokenSettings
from shared.storage.accounts.accounts import AccountStore
from shared.storage.openid.consents import ConsentStore, with_consent
from shared.storage.openid.standings import Standing


class Consenting:
    def __init__(
        self,
        *,
        consents: ConsentStore,
        accounts: AccountStore,
        settings: TokenSettings,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._consents = consents
        self._accounts = accounts
        self._settings = settings
        self._recorder = recorder
        self._clock = clock

    async def keep(self, standing: Standing, request: AuthorizationRequest, client: Client) -> None:
        """Together with what was allowed before."""
        handle = standing.record.user_handle
        asked = audience_of(request.resources, client, scope=request.scope, settings=self._settings)
        consent = with_consent(
            standing.consent, client.id, scope=request.scope, resources=asked, at=self._clock()
        )
        facts = {
            "client": client.id,
            "scope": " ".join(sorted(request.scope)),
            "resources": " ".join(sorted(asked)),
        }
        attempt = self._recorder.attempt(
            Kind.CONSENT_GIVEN, actor=standing.record, target=standing.record, facts=dict(facts)
        )
        async with attempt:
            await attempt.announce(self._accounts.partition(locate_handle(handle)))
            await attempt.commit(partial(self._consents.put, handle, consent))
