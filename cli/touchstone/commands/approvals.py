"""`touchstone approve` and `touchstone requests`: lists, and the page where people decide."""

from typing import Any

from touchstone.context import Context
from touchstone.failures import Refused
from touchstone.sign_in.again import with_sign_in
from touchstone.sign_in.browser import open_page

_HEADS = ("ID", "PROFILE", "BY", "ASKED AT", "STATUS")


def approve(context: Context, approval: str | None, *, opens: bool) -> None:
    """Deciding takes a gesture, which our page asks for. With one that waits, it opens."""
    found = _listed(context, "waiting")
    if not found and approval is None:
        context.console.result({"waiting": []}, "Nothing waits for you.")
        return
    chosen = _chosen(found, approval) if approval or len(found) == 1 else None
    _show(context, "waiting", found, chosen, opens=opens)


def requests(context: Context, approval: str | None, *, opens: bool) -> None:
    found = _listed(context, "asked")
    if not found and approval is None:
        text = "You have asked for nothing from here within a week."
        context.console.result({"asked": []}, text)
        return
    _show(context, "asked", found, _chosen(found, approval) if approval else None, opens=opens)


def _listed(context: Context, name: str) -> list[dict[str, Any]]:
    found = with_sign_in(context, lambda: context.account.read("/approvals"))
    return [each for each in found.get(name, []) if isinstance(each, dict)]


def _chosen(found: list[dict[str, Any]], approval: str | None) -> dict[str, Any]:
    for each in found:
        if approval in (None, each["id"]):
            return each
    raise Refused(
        f"There is no {approval} among them.",
        to_do="Without an ID, the command lists what there is.",
    )


def _show(
    context: Context,
    name: str,
    found: list[dict[str, Any]],
    chosen: dict[str, Any] | None,
    *,
    opens: bool,
) -> None:
    console = context.console
    shown = [chosen] if chosen else found
    rows = [_row(each) for each in shown]
    console.result({name: shown}, console.table(_HEADS, rows))
    if chosen is None:
        return
    if not (opens and open_page(str(chosen["approve_url"]))):
        console.say(f"Open {chosen['approve_url']}")


def _row(found: dict[str, Any]) -> tuple[object, ...]:
    profile = found.get("profile") or {}
    asked_at = str(found.get("createdAt", ""))
    return found["id"], profile.get("name"), found.get("asker"), asked_at, found.get("status")
