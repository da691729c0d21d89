"""What the person may ask for."""

from typing import Any

from touchstone.failures import Refused
from touchstone.session.tokens import Account


def offers(account: Account) -> list[dict[str, Any]]:
    found = account.read("/access").get("access", [])
    return [each for each in found if isinstance(each, dict)]


def offer_of(account: Account, profile: str) -> dict[str, Any]:
    """Raises Refused."""
    for each in offers(account):
        if each.get("profile") == profile:
            return each
    raise Refused(
        f"There is no profile {profile}, or it is not for you.",
        to_do="`touchstone access` lists what you may ask for.",
    )
