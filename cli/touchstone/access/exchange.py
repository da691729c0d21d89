"""A token for what a profile gives (RFC 8693), by way of an approval if it needs one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from touchstone.access.approvals import ask, follow
from touchstone.context import Context
from touchstone.failures import NotApproved
from touchstone.service.refusals import demand
from touchstone.sign_in.again import with_sign_in

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  the name of a kind
_CODE = "urn:touchstone:token-type:approval-code"


@dataclass(frozen=True, kw_only=True)
class Request:
    profile: str
    reason: str | None = None
    details: Mapping[str, Any] | None = None
    waits: bool = True
    """Whether to wait for an approval."""
    approval: str | None = None
    """One that was asked for before."""


def get_token(context: Context, request: Request) -> dict[str, Any]:
    """The answer of the token endpoint. Raises Failure."""
    return with_sign_in(context, lambda: _get_token(context, request))


def _get_token(context: Context, request: Request) -> dict[str, Any]:
    if request.approval is not None:
        return _redeem(context, request, get_code(context, request))
    service, token = context.account.token()
    answer = service.post_form("/token", _fields(request, token, _ACCESS_TOKEN))
    if answer.json.get("error") != "approval_required":
        return demand(answer).json
    return _redeem(context, request, get_code(context, request))


def _redeem(context: Context, request: Request, code: str) -> dict[str, Any]:
    service, _ = context.account.token()
    return demand(service.post_form("/token", _fields(request, code, _CODE))).json


def _fields(request: Request, subject: str, kind: str) -> dict[str, str]:
    return {
        "grant_type": _GRANT,
        "subject_token": subject,
        "subject_token_type": kind,
        "audience": request.profile,
    }


def get_code(context: Context, request: Request) -> str:
    """Of an approval, which counts once."""
    asked = _asked(context, request)
    if not request.waits:
        raise NotApproved(
            "This needs an approval, which was asked for.",
            to_do=f"Have it approved at {asked['approve_url']}",
            members={"approval": asked["id"], "approve_url": asked["approve_url"]},
        )
    return str(follow(context.account, asked, context.console)["code"])


def _asked(context: Context, request: Request) -> dict[str, Any]:
    if request.approval is not None:
        return context.account.read(f"/approvals/{quote(request.approval, safe='')}")
    reason = _reason(context, request)
    return ask(context.account, request.profile, details=request.details, reason=reason)


def _reason(context: Context, request: Request) -> str | None:
    """Those who approve read it."""
    if request.reason is not None or not context.console.may_ask:
        return request.reason
    context.console.say(f"{request.profile} needs an approval.")
    return context.console.ask("What for?") or None
