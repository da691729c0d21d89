"""Clients of the OpenID provider, as a person sees what they have of the account."""

from typing import Any

from shared import base64url
from shared.http.instants import timestamp
from shared.openid.resources import userinfo_audience
from shared.openid_provider.applications.application import Application, SignedIn
from shared.sessions.session import Session


def show_application(shown: Application, *, issuer: str) -> dict[str, Any]:
    client = shown.client
    members = {
        "id": base64url.encode(shown.id),
        "client": shown.client_id,
        "name": client and client.name,
        "signedIn": [_signed_in(each) for each in shown.signed_in],
        "offline": [_offline(each) for each in shown.offline],
        "consent": _consent(shown, issuer),
    }
    return {name: member for name, member in members.items() if member is not None}


def _signed_in(shown: SignedIn) -> dict[str, str]:
    return {"session": base64url.encode(shown.session.id), "since": timestamp(shown.since)}


def _offline(session: Session) -> dict[str, Any]:
    scope = session.grant.scope if session.grant else ()
    return {
        "session": base64url.encode(session.id),
        "since": timestamp(session.sign_in.at),
        "lastUsedAt": timestamp(session.seems_used_at()),
        "expiresAt": timestamp(session.seems_over_at()),
        "scope": list(scope),
    }


def _consent(shown: Application, issuer: str) -> dict[str, Any] | None:
    consent = shown.consent
    if consent is None:
        return None
    return {
        "givenAt": timestamp(consent.at),
        "scope": sorted(consent.scope),
        # What the scope already says, with tokens for us.
        "resources": sorted(consent.resources - {userinfo_audience(issuer)}),
    }
