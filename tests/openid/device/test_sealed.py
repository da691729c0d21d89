"""What a device carries, what its row has, and what our page carries on with."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.accounts.handles import UserHandle
from shared.openid.device.decision import (
    Approval,
    Decision,
    Refusal,
    Rejection,
    open_decision,
    seal_decision,
)
from shared.openid.device.device_code import DeviceCode, open_device_code, seal_device_code
from shared.openid.device.profiled import AskedProfile
from shared.openid.device.request import (
    DeviceRequest,
    open_device_request,
    seal_device_request,
)
from shared.openid.device.review import Review, open_review, seal_review
from shared.sealed import SealInvalid, id_of

KEY, RANDOM, NOW = b"k" * 32, b"r" * 32, 1_900_000_000
REQUEST = DeviceRequest(
    device_code=b"d" * 32,
    client_id="psql",
    scope=("openid", "db:read"),
    resources=("https://db.example.org",),
    address="203.0.113.7",
    at=datetime.fromtimestamp(NOW, UTC),
)
PROFILED = replace(REQUEST, profile=AskedProfile("orders", "digest"))
APPROVAL = Approval(
    user_handle=UserHandle(b"h" * 32),
    session_id=b"s" * 16,
    credential_hash=b"c" * 32,
)


@pytest.mark.parametrize("request_", [REQUEST, PROFILED])
def test_a_request_comes_back_whole_for_five_minutes(request_: DeviceRequest) -> None:
    sealed = seal_device_request(request_, random=RANDOM, sealing_key=KEY)
    assert open_device_request(sealed, now=NOW + 299, sealing_keys=[KEY]) == request_
    with pytest.raises(SealInvalid):
        open_device_request(sealed, now=NOW + 300, sealing_keys=[KEY])


@pytest.mark.parametrize(
    "decision", [APPROVAL, replace(APPROVAL, role="größe"), Rejection(), Refusal()]
)
def test_a_decision_is_about_one_device_code(decision: Decision) -> None:
    sealed = seal_decision(
        decision, b"d" * 32, expires_at=NOW + 300, random=RANDOM, sealing_key=KEY
    )
    assert open_decision(sealed, b"d" * 32, now=NOW, sealing_keys=[KEY]) == decision
    with pytest.raises(SealInvalid):
        open_decision(sealed, b"e" * 32, now=NOW, sealing_keys=[KEY])


def test_a_device_code_opens_for_longer_than_it_counts() -> None:
    code = DeviceCode(client_id="psql", row=b"w" * 32, expires_at=NOW + 300)
    sealed = seal_device_code(code, now=NOW, random=RANDOM, sealing_key=KEY)
    opened = open_device_code(sealed, now=NOW + 899, sealing_keys=[KEY])
    assert (opened.code, opened.id) == (code, id_of(RANDOM))
    with pytest.raises(SealInvalid):
        open_device_code(sealed, now=NOW + 900, sealing_keys=[KEY])


@pytest.mark.parametrize(
    "changes",
    [
        {"device_code": b"e" * 32},
        {"client_id": "other"},
        {"scope": ("openid",)},
        {"resources": ()},
    ],
)
def test_a_gesture_is_for_one_device_and_for_what_it_asked(changes: dict[str, object]) -> None:
    assert replace(REQUEST, **changes).purpose() != REQUEST.purpose()  # type: ignore[arg-type]


def test_a_gesture_is_for_one_state_of_a_profile_and_the_role_that_is_shown() -> None:
    others = (
        REQUEST.purpose(),
        PROFILED.purpose("reader"),
        PROFILED.purpose("writer"),
        replace(PROFILED, profile=AskedProfile("second", "digest")).purpose(),
        replace(PROFILED, profile=AskedProfile("orders", "another")).purpose(),
    )
    assert len({PROFILED.purpose(), *others}) == 1 + len(others)


@pytest.mark.parametrize("role", [None, "reader", "größe"])
def test_the_page_carries_the_role_that_it_shows(role: str | None) -> None:
    review = Review(row=b"w" * 32, role=role)
    sealed = seal_review(review, expires_at=NOW + 300, random=RANDOM, sealing_key=KEY)
    assert open_review(sealed, now=NOW, sealing_keys=[KEY]) == review


def test_addresses_are_compared_only_if_both_are_known() -> None:
    assert REQUEST.is_from("203.0.113.7") is True
    assert REQUEST.is_from("198.51.100.20") is False
    assert REQUEST.is_from(None) is None
    assert replace(REQUEST, address=None).is_from("203.0.113.7") is None
