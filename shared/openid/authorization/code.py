"""Authorization codes: sealed values with all that the token endpoint has to know and to compare.

A row in storage is claimed to use one (`shared.storage.openid`). So a made-up code costs no read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.authorization.request_format import pack, unpack
from shared.sealed import open_sealed, seal

KIND = "code"
LIFETIME_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedSession:
    """The session that the person was signed in with, and the sign-in that it began with."""

    user_handle: UserHandle
    id: bytes
    credential_hash: bytes
    auth_time: int
    user_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    client_id: str
    redirect_uri: str
    code_challenge: str
    session: GrantedSession
    scope: tuple[str, ...]
    nonce: str | None
    resources: tuple[str, ...]
    authorization_details: tuple[Mapping[str, Any], ...]
    dpop_jkt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCode:
    code: Code
    id: bytes
    """The name of its row."""


def code_for(request: AuthorizationRequest, session: GrantedSession) -> Code:
    return Code(
        client_id=request.client_id,
        redirect_uri=request.answer_to.redirect_uri,
        code_challenge=request.code_challenge,
        session=session,
        scope=request.scope,
        nonce=request.nonce,
        resources=request.resources,
        authorization_details=request.authorization_details,
        dpop_jkt=request.dpop_jkt,
    )


def seal_code(code: Code, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    return seal(KIND, _write(code), expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_code(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> OpenedCode:
    """Raise SealInvalid."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    return OpenedCode(code=_read(unpack(opened.content)), id=opened.id)


def _write(code: Code) -> bytes:
    session = code.session
    return pack(
        {
            "client": code.client_id,
            "to": code.redirect_uri,
            "challenge": code.code_challenge,
            "session": [
                base64url.encode(session.user_handle),
                base64url.encode(session.id),
                base64url.encode(session.credential_hash),
                session.auth_time,
                session.user_verified,
            ],
            "scope": list(code.scope),
            "nonce": code.nonce,
            "resources": list(code.resources),
            "details": [dict(each) for each in code.authorization_details],
            "jkt": code.dpop_jkt,
        }
    )


def _read(members: Mapping[str, Any]) -> Code:
    handle, session_id, credential_hash, auth_time, user_verified = members["session"]
    return Code(
        client_id=members["client"],
        redirect_uri=members["to"],
        code_challenge=members["challenge"],
        session=GrantedSession(
            user_handle=UserHandle(base64url.decode(handle)),
            id=base64url.decode(session_id),
            credential_hash=base64url.decode(credential_hash),
            auth_time=auth_time,
            user_verified=user_verified,
        ),
        scope=tuple(members["scope"]),
        nonce=members["nonce"],
        resources=tuple(members["resources"]),
        authorization_details=tuple(members["details"]),
        dpop_jkt=members["jkt"],
    )
