"""Tokens that are kept for several connections. Those with psycopg are in tests/counterparts."""

import pytest

from tests.authenticator import base64url
from touchstone import postgresql
from touchstone.postgresql import TokenRequest, kept

ORDERS = TokenRequest("https://login.example.com/.well-known/openid-configuration", "db:orders")
SECOND = TokenRequest(ORDERS.discovery, "db:second")


class Time:
    now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(postgresql, "time", time)
    return time


class Giver:
    """Each token lives for five minutes."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.asked: list[TokenRequest] = []

    def __call__(self, request: TokenRequest) -> str:
        self.asked.append(request)
        body = f'{{"exp": {int(self.time.now) + 300}, "n": {len(self.asked)}}}'
        return f"head.{base64url.encode(body.encode())}.signature"


def test_a_token_is_kept_until_it_is_nearly_over(time: Time) -> None:
    giver = Giver(time)
    get = kept(giver)
    first = get(ORDERS)
    time.now += 269
    assert get(ORDERS) == first
    time.now += 1
    assert get(ORDERS) != first
    assert len(giver.asked) == 2


def test_each_database_has_a_token_of_its_own(time: Time) -> None:
    giver = Giver(time)
    get = kept(giver)
    assert get(ORDERS) != get(SECOND)
    assert get(SECOND) == get(SECOND)
    assert giver.asked == [ORDERS, SECOND]


def test_nothing_is_kept_of_a_failure(time: Time) -> None:
    giver = Giver(time)
    failing = True

    def get_token(request: TokenRequest) -> str:
        if failing:
            raise LookupError("nobody is signed in")
        return giver(request)

    get = kept(get_token)
    with pytest.raises(LookupError):
        get(ORDERS)
    failing = False
    assert get(ORDERS)
