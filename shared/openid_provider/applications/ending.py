"""A client loses all that it has of a person: each session's use, its offline access, and what the
person allowed. Whoever tells clients that their access has ended does it here."""

from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Actor, Kind
from shared.openid_provider.applications.application import Application
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.sessions.sessions import Sessions
from shared.storage.accounts.accounts import AccountStore
from shared.storage.openid.consents import ConsentStore
from shared.storage.tables.gather_limited import gather_limited


class AccessEnding:
    def __init__(
        self,
        *,
        consents: ConsentStore,
        accounts: AccountStore,
        sessions: Sessions,
        access: ClientAccess,
        recorder: AuditRecorder,
    ) -> None:
        self._consents = consents
        self._accounts = accounts
        self._sessions = sessions
        self._access = access
        self._recorder = recorder

    async def end(self, handle: UserHandle, application: Application, *, by: Actor) -> None:
        """Consent first: with it, the client could get a new code at once, without a question. And
        its own sessions last: until its uses have ended, it may still begin one."""
        client_id = application.client_id
        if application.consent is not None:
            await self._withdraw(handle, client_id, by)
        end_use = partial(self._access.end, handle, client_id=client_id, by=by)
        await gather_limited(end_use, [each.session.id for each in application.signed_in])
        sessions = await self._sessions.of_account(handle)
        own = [each for each in sessions if each.grant and each.grant.client_id == client_id]
        await gather_limited(partial(self._sessions.end_one, by=by), own)

    async def _withdraw(self, handle: UserHandle, client_id: str, by: Actor) -> None:
        attempt = self._recorder.attempt(
            Kind.CONSENT_WITHDRAWN, actor=by, target=handle, facts={"client": client_id}
        )
        await attempt.announce(self._accounts.partition(locate_handle(handle)))
        if not await attempt.try_commit(partial(self._consents.remove, handle, client_id)):
            await attempt.withdraw()  # somebody else did it
