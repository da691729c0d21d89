"""An approved restore is started, and followed to its end."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from touchstone.console import Console
from touchstone.failures import Failure, Unavailable
from touchstone.service.refusals import demand
from touchstone.session.tokens import Account

_GOOD = "completed"
_ENDED = (_GOOD, "failed", "cancelled", "unknown")
_LEAST, _MOST = 2, 60
"""Between two looks, in seconds."""
_CONFLICT = 409


def start(account: Account, approval: str) -> dict[str, Any]:
    """Also one that was started before: then this is what became of it. Raises Failure."""
    path = _path(approval)
    answer = account.post(path, {})
    if answer.status == _CONFLICT:
        return account.read(path)
    return demand(answer).json


def follow(account: Account, approval: str, console: Console) -> dict[str, Any]:
    """Raises Failure if it ended in another way than it should."""
    seen = ""
    while True:
        found, wait = _look(account, approval)
        if found is not None:
            if (now := _progress(found)) != seen:
                console.say(now)
            seen = now
            if found["status"] in _ENDED:
                return _ended(found)
        time.sleep(wait)


def _look(account: Account, approval: str) -> tuple[dict[str, Any] | None, float]:
    """A fault of the service or of the network is waited out: the restore goes on there."""
    try:
        answer = account.get(_path(approval))
        said = demand(answer).json
    except Unavailable:
        return None, _MOST
    wait = answer.headers.get("Retry-After", "")
    return said, min(_MOST, max(_LEAST, int(wait))) if wait.isdecimal() else _LEAST


def _path(approval: str) -> str:
    return f"/approvals/{quote(approval, safe='')}/restore"


def _progress(found: Mapping[str, Any]) -> str:
    percent = f", {found['percent']} %" if found.get("percent") is not None else ""
    return f"The restore is {found['status']}{percent}."


def _ended(found: dict[str, Any]) -> dict[str, Any]:
    if found["status"] == _GOOD:
        return found
    if found["status"] == "unknown":
        raise Failure(
            "What became of the restore is not known.",
            to_do=f"Look at the vault's jobs for the activityId {found['requestId']}.",
            members={"restore": found},
        )
    error = found.get("error") or {}
    said = ": ".join(str(error[name]) for name in ("code", "message") if error.get(name))
    raise Failure(
        f"The restore is {found['status']}{f' ({said})' if said else ''}.",
        members={"restore": found},
    )
