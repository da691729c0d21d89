"""`touchstone restore`"""

from argparse import Namespace
from typing import Any
from urllib.parse import quote

from touchstone.access import approvals
from touchstone.context import Context
from touchstone.restores import following
from touchstone.restores.picking import Picker
from touchstone.sign_in.again import with_sign_in

_OPTIONS = (
    *("profile", "item", "point", "type", "region", "storage_account", "resource_group"),
    *("virtual_machine", "subnet"),
)


def run(context: Context, options: Namespace) -> None:
    """It can be interrupted at any time: with --approval it goes on from there."""
    asked = with_sign_in(context, lambda: _asked(context, options))
    approval, status = str(asked["id"]), asked.get("status")
    if status != "used":
        context.console.say(f"To go on later: touchstone restore --approval {approval}")
        if status != "approved":
            approvals.follow(context.account, asked, context.console)
        following.start(context.account, approval)
    found = following.follow(context.account, approval, context.console)
    context.console.result({"restore": found}, "The restore is done.")


def _asked(context: Context, options: Namespace) -> dict[str, Any]:
    if options.approval:
        return context.account.read(f"/approvals/{quote(options.approval, safe='')}")
    given = {name: getattr(options, name) for name in _OPTIONS}
    picked = Picker(context.account, context.console, given).pick()
    reason = options.reason
    if reason is None and context.console.may_ask:
        reason = context.console.ask("What for?") or None
    return approvals.ask(context.account, picked.profile, details=picked.details, reason=reason)
