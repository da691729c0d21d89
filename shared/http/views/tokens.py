"""Tokens, sessions and access passes."""

from datetime import datetime
from typing import Any

from shared import base64url
from shared.access_passes.access_pass import AccessPass, PassState
from shared.http.instants import timestamp
from shared.sessions.access_token import AccessToken
from shared.sessions.session import Session
from shared.sessions.token_settings import TokenSettings


def token(said: AccessToken) -> dict[str, Any]:
    return {
        "authTime": timestamp(said.auth_time),
        "expiresAt": timestamp(said.expires_at),
        "amr": list(said.amr),
        "acr": said.acr,
        "aal": said.aal,
        "scope": said.scope.value,
        "roles": sorted(said.roles),
        "credential": base64url.encode(said.credential_hash or b""),
        "session": base64url.encode(said.session_id or b""),
    }


def introspection(said: AccessToken, *, settings: TokenSettings) -> dict[str, Any]:
    """The response of RFC 7662 section 2.2."""
    return {
        "active": True,
        "token_type": "DPoP" if said.thumbprint else "Bearer",
        "sub": base64url.encode(said.user_handle),
        "scope": said.scope.value,
        "exp": int(said.expires_at.timestamp()),
        "auth_time": int(said.auth_time.timestamp()),
        "iss": settings.issuer,
        "aud": said.audience(settings),
        "amr": list(said.amr),
        "aal": said.aal,
    } | ({"cnf": {"jkt": said.thumbprint}} if said.thumbprint else {})


def session(each: Session, *, current: bytes | None) -> dict[str, Any]:
    return {
        "id": base64url.encode(each.id),
        "current": each.id == current,
        "signedInAt": timestamp(each.sign_in.at),
        "lastUsedAt": timestamp(each.seems_used_at()),
        "expiresAt": timestamp(each.seems_over_at()),
        "userAgent": each.user_agent,
        "credential": base64url.encode(each.sign_in.credential_hash),
        "clients": [{"id": use.client_id, "since": timestamp(use.since)} for use in each.clients],
    } | ({"client": each.grant.client_id} if each.grant else {})


def access_pass(shown: AccessPass, *, now: datetime) -> dict[str, Any]:
    """The members that Entra's Temporary Access Pass has, without the pass itself."""
    state = shown.state(now)
    return {
        "id": base64url.encode(shown.id),
        "createdAt": timestamp(shown.created_at),
        "startsAt": timestamp(shown.starts_at),
        "expiresAt": timestamp(shown.expires_at),
        "oneTime": shown.one_time,
        "registrations": shown.registrations,
        "registered": shown.registered,
        "isUsable": state is PassState.ENABLED_BY_POLICY,
        "state": state.value,
    }
