"""`touchstone access`"""

from typing import Any

from touchstone.access.offers import offers
from touchstone.context import Context
from touchstone.sign_in.again import with_sign_in


def run(context: Context) -> None:
    found = with_sign_in(context, lambda: offers(context.account))
    if not found:
        context.console.result({"access": []}, "There is nothing that you may ask for.")
        return
    rows = [(each["profile"], each["kind"], _state(each), each.get("title")) for each in found]
    table = context.console.table(("PROFILE", "KIND", "STATE", "TITLE"), rows)
    context.console.result({"access": found}, table)


def _state(offer: dict[str, Any]) -> str:
    unmet = [str(each.get("toDo")) for each in offer.get("unmet", [])]
    if unmet:
        return ", ".join(dict.fromkeys(unmet))
    return "needs approval" if offer.get("needsApproval") else "ready"
