"""A person confirms a sign-in at Entra, by a gesture that is bound to Entra's request.

A session here counts for nothing: each request needs a gesture of its own. The account is the one
that is linked to Entra's user. A person may link the own account once, if the settings allow that;
the same gesture then confirms both, and its purpose differs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord
from shared.audit.event import Actor, ActorType, Kind
from shared.audit.facts import Fact
from shared.errors import CeremonyNotFound, ConcurrentUse, NotPermitted
from shared.keys.current_keys import CurrentKeys
from shared.openid.external_mfa.answer import Answer, confirmed, refused
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.pending import Opened, PendingRequest, open_request
from shared.openid.external_mfa.request import Refused
from shared.principals import subject_key
from shared.recording.actors import owner_of
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.gestures.bound_gesture import BoundGesture
from shared.relying_party.onboarding.linked_subjects import LinkedSubjects
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.sealed import SealInvalid
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.links import LinkStore
from shared.webauthn.responses import AuthenticationResponse


class Situation(StrEnum):
    """What the person can do."""

    CONFIRM = "confirm"
    LINK = "link"
    """No account is linked to Entra's user. The person may link the own account."""
    NOT_LINKED = "not-linked"
    NO_PASSKEY = "no-passkey"


_UNABLE = (Situation.NOT_LINKED, Situation.NO_PASSKEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    username: str
    """Of Entra's user, for display."""
    situation: Situation
    options: CeremonyOptions | None
    """None if no gesture would help, or if the person has not chosen to link yet."""
    cancel: Answer
    """What tells Entra that the person does not confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    configuration: ExternalMfa
    gesture: BoundGesture
    link_store: LinkStore
    linked_subjects: LinkedSubjects
    accounts: AccountStore
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def begin(self, sealed: str, *, linking: bool, client: Client) -> Begun:
        """Raises CeremonyNotFound for a request that is over, and TooManyRequests."""
        opened = await self._open(sealed)
        owner = await self._owner(opened.request)
        situation = self._situation(owner)
        options = None
        if situation in _UNABLE:
            await self._record_unable(opened.request, situation, owner)
        elif owner is not None or linking:
            linking = owner is None
            options = await self.gesture.begin(
                opened.purpose(linking=linking),
                locator=None if owner is None else locate_handle(owner.account.handle),
                client=client,
            )
        return Begun(
            username=opened.request.username,
            situation=situation,
            options=options,
            cancel=self._refusal(opened.request),
        )

    def _situation(self, owner: StoredAccount | None) -> Situation:
        if owner is None:
            return Situation.LINK if self.configuration.self_linking else Situation.NOT_LINKED
        return Situation.CONFIRM if owner.records else Situation.NO_PASSKEY

    async def finish(
        self, sealed: str, response: AuthenticationResponse, *, linking: bool, client: Client
    ) -> Answer:
        """Raises CeremonyNotFound if the request or the challenge is over, or the challenge is for
        something else; AuthenticationRejected, NotPermitted, ConcurrentUse, TooManyRequests; and,
        when `linking`, SubjectLinked and LinkLimitReached."""
        opened = await self._open(sealed)
        request = opened.request
        if linking and not self.configuration.self_linking:
            raise NotPermitted
        # Before the challenge is used up: without a key there would be no answer.
        key = await self.keys.signing_key()
        purpose = opened.purpose(linking=linking)
        async with self.gesture.finish(
            response, purpose, kind=Kind.EXTERNAL_MFA, facts=self._facts(request), client=client
        ) as proven:
            if linking:
                await self._link(proven.stored.record, request)
            else:
                await self._require_linked(proven.stored.record, request)
            await self.gesture.confirm(proven)
        return confirmed(request, configuration=self.configuration, key=key, now=self.clock())

    async def _open(self, sealed: str) -> Opened:
        try:
            return open_request(
                sealed,
                now=int(self.clock().timestamp()),
                sealing_keys=await self.keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise CeremonyNotFound from error

    async def _owner(self, request: PendingRequest) -> StoredAccount | None:
        handle = await self.link_store.find(self._subject(request))
        return None if handle is None else await self.accounts.find_account(handle)

    async def _require_linked(self, record: CredentialRecord, request: PendingRequest) -> None:
        """The link may have been removed since the begin."""
        if await self.link_store.find(self._subject(request)) != record.user_handle:
            raise NotPermitted

    async def _link(self, record: CredentialRecord, request: PendingRequest) -> None:
        owner = await self.accounts.find_account(record.user_handle)
        if owner is None:
            raise ConcurrentUse
        subject = self._subject(request)
        await self.linked_subjects.require_free(subject, record.user_handle)
        await self.linked_subjects.tie(owner.account, subject, by=owner_of(record), listed_by=owner)

    async def _record_unable(
        self, request: PendingRequest, situation: Situation, owner: StoredAccount | None
    ) -> None:
        """As a refusal, so that a limit applies: the person may reload the page at will."""
        attempt = self.recorder.attempt(
            Kind.EXTERNAL_MFA,
            actor=self._entra_user(request),
            target=None if owner is None else owner.account,
            facts=self._facts(request),
            reason=situation.value.replace("-", "_"),
        )
        await attempt.refuse(NotPermitted())

    def _facts(self, request: PendingRequest) -> dict[str, Fact]:
        facts: dict[str, Fact] = {
            "subject": self._subject(request),
            "acr": request.acr,
            "amr": request.amr,
        }
        return facts | {"request": request.request_id} if request.request_id else facts

    def _entra_user(self, request: PendingRequest) -> Actor:
        subject = self._subject(request)
        return Actor(standing=ActorType.PROVIDER_USER, id=subject, name=request.username or None)

    def _subject(self, request: PendingRequest) -> str:
        subject = self.configuration.subject_of(request.tenant, request.object_id)
        return subject_key(self.configuration.issuer, subject)

    def _refusal(self, request: PendingRequest) -> Answer:
        error = Refused("access_denied", "The person did not confirm the sign-in.")
        return refused(error, request.state, self.configuration)
