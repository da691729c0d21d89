"""An authorization request as text, sealed, while the person is at our pages or the browser has
not brought it yet."""

import json
from collections.abc import Mapping
from typing import Any

from shared.openid.authorization.request import (
    AuthorizationRequest,
    Prompt,
    ResponseMode,
    ReturnAddress,
)

REQUEST = "request"
PUSHED_REQUEST = "pushed request"


def write_request(request: AuthorizationRequest) -> dict[str, Any]:
    """Members without a value are left out: the whole is part of an address."""
    to = request.answer_to
    members = {
        "client": request.client_id,
        "to": [to.redirect_uri, to.mode.value, to.state],
        "challenge": request.code_challenge,
        "scope": list(request.scope),
        "nonce": request.nonce,
        "prompt": sorted(request.prompt),
        "age": request.max_age,
        "acr": list(request.essential_acr),
        "sub": request.subject,
        "login": request.login_hint,
        "locales": list(request.ui_locales),
        "resources": list(request.resources),
        "details": [dict(each) for each in request.authorization_details],
        "jkt": request.dpop_jkt,
    }
    return {name: value for name, value in members.items() if value not in (None, [])}


def read_written_request(members: Mapping[str, Any]) -> AuthorizationRequest:
    """What `write_request` wrote: nobody else can seal one."""
    redirect_uri, mode, state = members["to"]
    return AuthorizationRequest(
        client_id=members["client"],
        answer_to=ReturnAddress(redirect_uri=redirect_uri, mode=ResponseMode(mode), state=state),
        code_challenge=members["challenge"],
        scope=tuple(members.get("scope", ())),
        nonce=members.get("nonce"),
        prompt=frozenset(map(Prompt, members.get("prompt", ()))),
        max_age=members.get("age"),
        essential_acr=tuple(members.get("acr", ())),
        subject=members.get("sub"),
        login_hint=members.get("login"),
        ui_locales=tuple(members.get("locales", ())),
        resources=tuple(members.get("resources", ())),
        authorization_details=tuple(members.get("details", ())),
        dpop_jkt=members.get("jkt"),
    )


def pack(members: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(members), separators=(",", ":"), ensure_ascii=False).encode()


def unpack(data: bytes) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(data)
    return members
