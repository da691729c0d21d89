"""An approval is asked for, and followed until it is decided."""

import time
from collections.abc import Mapping
from typing import Any

from touchstone.console import Console
from touchstone.failures import NotApproved, Refused, Unavailable
from touchstone.service.refusals import demand, failure_of
from touchstone.session.tokens import Account
from touchstone.sign_in.browser import open_page

_WAIT = 20
"""The longest that the service lets a request wait, in seconds."""
_PAUSE = 2
_NOT_MODIFIED = 304
_OVER = {
    "refused": "The request was refused",
    "withdrawn": "The request was withdrawn",
    "expired": "The request has expired",
    "used": "The request was used already",
}


def ask(
    account: Account, profile: str, *, details: Mapping[str, Any] | None, reason: str | None
) -> dict[str, Any]:
    """Raises Failure."""
    members: dict[str, Any] = {"profile": profile}
    if details is not None:
        members["authorization_details"] = details
    if reason is not None:
        members["reason"] = reason
    return demand(account.post("/approvals", members)).json


def follow(account: Account, asked: Mapping[str, Any], console: Console) -> dict[str, Any]:
    """Once it is approved. Its page is opened, as the person's own gesture may be needed there.
    Raises NotApproved, Refused."""
    address = str(asked["approve_url"])
    console.say(f"This needs an approval. It waits at:\n{address}")
    open_page(address)
    seen = ""
    version: str | None = None
    while True:
        found, version = _next(account, str(asked["id"]), version)
        if found is not None:
            if (now := _progress(found)) != seen:
                console.say(now)
            seen = now
            if found["status"] != "pending" or found.get("lapse"):
                return _decided(found)


def _next(
    account: Account, approval: str, version: str | None
) -> tuple[dict[str, Any] | None, str | None]:
    """What changed, or None. A fault of the service or of the network is waited out."""
    headers = {"Prefer": f"wait={_WAIT}", **({"If_None_Match": version} if version else {})}
    began = time.monotonic()
    try:
        answer = account.get(f"/approvals/{approval}", **headers)
    except Unavailable:
        time.sleep(_PAUSE)
        return None, version
    if answer.status == _NOT_MODIFIED:
        if time.monotonic() - began < 1:  # too many wait there
            time.sleep(_PAUSE)
        return None, version
    if not answer.is_good:
        failure = failure_of(answer)
        if not isinstance(failure, Unavailable):
            raise failure
        time.sleep(_PAUSE)
        return None, version
    return answer.json, answer.headers.get("ETag")


def _progress(found: Mapping[str, Any]) -> str:
    if found["status"] != "pending":
        return f"It is {found['status']}."
    own = ["your own gesture"] if found.get("needsAsker") else []
    missing = int(found.get("missing") or 0)
    others = [f"{missing} approver{'s' if missing > 1 else ''}"] if missing else []
    return f"Waiting for {' and '.join([*own, *others]) or 'a decision'} …"


def _decided(found: dict[str, Any]) -> dict[str, Any]:
    status, lapse = str(found["status"]), found.get("lapse")
    members = {"approval": found["id"], "status": status}
    if lapse:
        raise NotApproved(f"The request came to nothing ({lapse}).", members=members)
    if status == "approved":
        return found
    if status == "refused":
        said = found.get("refusal") or {}
        reason = f": {said['reason']}" if said.get("reason") else ""
        raise Refused(f"{said.get('username', 'Somebody')} refused{reason}", members=members)
    raise NotApproved(
        f"{_OVER.get(status, status)}.", to_do="Run the command again.", members=members
    )
