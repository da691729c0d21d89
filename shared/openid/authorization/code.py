"""Authorization codes: sealed values with all that the token endpoint has to know and to compare.

A row in storage is claimed to use one (`shared.storage.openid`). So a made-up code costs no read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.openid.authorization.request import AuthorizationRequest
from shared.openid.authorization.request_format import pack, unpack
from shared.openid.scopes import GROUPS, PROFILE
from shared.openid.tokens.granted_session import (
    GrantedSession,
    read_session,
    write_session,
)
from shared.openid.tokens.sign_in import Person
from shared.sealed import open_sealed, seal

KIND = "code"
LIFETIME_SECONDS = 60
_NOBODY = Person(username="", display_name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    client_id: str
    redirect_uri: str
    code_challenge: str
    session: GrantedSession
    person: Person
    """As the token endpoint reads no account. Without names if the scope does not ask for them."""
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
    expires_at: int


def code_for(request: AuthorizationRequest, session: GrantedSession, person: Person) -> Code:
    return Code(
        client_id=request.client_id,
        redirect_uri=request.answer_to.redirect_uri,
        code_challenge=request.code_challenge,
        session=session,
        person=_shown(person, request.scope),
        scope=request.scope,
        nonce=request.nonce,
        resources=request.resources,
        authorization_details=request.authorization_details,
        dpop_jkt=request.dpop_jkt,
    )


def _shown(person: Person, scope: tuple[str, ...]) -> Person:
    if not {PROFILE, GROUPS} & set(scope):
        return _NOBODY
    return person if GROUPS in scope else replace(person, groups=None)


def seal_code(code: Code, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    return seal(KIND, _write(code), expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_code(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> OpenedCode:
    """Raise SealInvalid."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    code = _read(unpack(opened.content))
    return OpenedCode(code=code, id=opened.id, expires_at=opened.expires_at)


def _write(code: Code) -> bytes:
    return pack(
        {
            "client": code.client_id,
            "to": code.redirect_uri,
            "challenge": code.code_challenge,
            "session": write_session(code.session),
            "person": [
                code.person.username,
                code.person.display_name,
                code.person.groups,
            ],
            "scope": list(code.scope),
            "nonce": code.nonce,
            "resources": list(code.resources),
            "details": [dict(each) for each in code.authorization_details],
            "jkt": code.dpop_jkt,
        }
    )


def _groups(texts: list[str] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(texts)


def _read(members: Mapping[str, Any]) -> Code:
    username, display_name, groups = members["person"]
    return Code(
        client_id=members["client"],
        redirect_uri=members["to"],
        code_challenge=members["challenge"],
        session=read_session(members["session"]),
        person=Person(
            username=username,
            display_name=display_name,
            groups=_groups(groups),
        ),
        scope=tuple(members["scope"]),
        nonce=members["nonce"],
        resources=tuple(members["resources"]),
        authorization_details=tuple(members["details"]),
        dpop_jkt=members["jkt"],
    )
