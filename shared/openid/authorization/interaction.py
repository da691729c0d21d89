"""What a person still has to do before a request can be answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import AuthorizationDenied
from shared.openid.authorization.request import AuthorizationRequest, Prompt
from shared.openid.clients.client import Client
from shared.openid.clients.redirect_uris import is_of_the_web


class Step(StrEnum):
    ANSWER = "answer"
    """Nothing."""
    SIGN_IN = "sign-in"
    """There is no session, or it is of another person than the client accepts."""
    NEW_GESTURE = "new-gesture"
    """The sign-in is too old for this request."""
    CHOOSE_ACCOUNT = "choose-account"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person's session, as it is in storage."""

    subject: str
    """The name that the client knows the person by."""
    at: datetime
    """The time of the gesture."""
    consented: bool
    """The person allowed all that is asked, earlier or for this request."""
    asked_now: bool = False
    """The consent was given for this request."""
    chosen: bool = False
    """The person said, for this request, that this is the account."""


def next_step(
    request: AuthorizationRequest,
    client: Client,
    session: SignedIn | None,
    *,
    began_at: datetime,
    now: datetime,
) -> Step:
    """`began_at` is the time at which the browser brought the request.

    Raise AuthorizationDenied if there is something to do and the client allows no interaction.
    """
    step = _step(request, client, session, began_at=began_at, now=now)
    if Prompt.NONE in request.prompt and step is not Step.ANSWER:
        raise AuthorizationDenied(_REFUSALS.get(step, "login_required"), "prompt=none is not met.")
    return step


_REFUSALS = {Step.CONSENT: "consent_required"}


def _step(
    request: AuthorizationRequest,
    client: Client,
    session: SignedIn | None,
    *,
    began_at: datetime,
    now: datetime,
) -> Step:
    if session is None or request.subject not in (None, session.subject):
        return Step.SIGN_IN
    is_new = session.at > began_at
    if not is_new and _needs_new_gesture(request, session.at, now):
        return Step.NEW_GESTURE
    if Prompt.SELECT_ACCOUNT in request.prompt and not (session.chosen or is_new):
        return Step.CHOOSE_ACCOUNT
    if not _has_consent(request, client, session):
        return Step.CONSENT
    return Step.ANSWER


def _needs_new_gesture(
    request: AuthorizationRequest, signed_in_at: datetime, now: datetime
) -> bool:
    if Prompt.LOGIN in request.prompt:
        return True
    age = request.max_age
    return age is not None and (age == 0 or now - signed_in_at > timedelta(seconds=age))


def _has_consent(request: AuthorizationRequest, client: Client, session: SignedIn) -> bool:
    if Prompt.CONSENT in request.prompt or _may_be_another(request, client):
        return session.asked_now
    return client.first_party or session.consented


def _may_be_another(request: AuthorizationRequest, client: Client) -> bool:
    """Any app on the person's machine may take the place of a client that proves nothing and is
    sent its codes there (RFC 8252 section 8.6)."""
    return client.is_public and not is_of_the_web(request.answer_to.redirect_uri)
