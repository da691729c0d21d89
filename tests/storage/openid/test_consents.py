"""What was allowed adds up, resource by resource, as long as it fits in a column."""

from shared.storage.openid.consents import Consent, with_consent
from tests.sessions.issuing import NOW

ORDERS, BILLS = "https://orders.example.com", "https://bills.example.com"


def allow(earlier: Consent | None, *scope: str, at: list[str]) -> Consent:
    return with_consent(earlier, "app", scope=scope, resources=at, at=NOW)


def test_what_is_allowed_later_comes_to_what_was_allowed() -> None:
    both = allow(allow(None, "read", at=[ORDERS]), "write", at=[ORDERS, BILLS])
    assert both.scopes == {ORDERS: {"read", "write"}, BILLS: {"write"}}
    assert both.covers(["write"], [ORDERS, BILLS])
    assert not both.covers(["read"], [ORDERS, BILLS])
    assert not both.covers([], ["https://other.example.com"])


def test_what_does_not_fit_is_asked_again() -> None:
    consent = None
    for number in range(40):
        scope = [f"{number}:{letter}{'x' * 60}" for letter in "abcdefghijklmnop"]
        consent = allow(consent, *scope, at=[f"https://{number}.example.com"])
    assert consent is not None
    assert "https://39.example.com" in consent.resources
    assert "https://0.example.com" not in consent.resources
