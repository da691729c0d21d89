from typing import Any

import pytest

from shared.access.exchange.actors import Delegation, delegate, party_of
from shared.errors import GrantRefused

ISSUER = "https://touchstone.example"
ALICE = {"iss": ISSUER, "sub": "alice", "exp": 1300}
BOT = {"iss": ISSUER, "sub": "bot", "exp": 1200}
OTHER = {"iss": ISSUER, "sub": "other", "exp": 1300}

type Json = dict[str, Any]


def delegated(subject: Json, actor: Json | None) -> Delegation:
    return delegate(party_of(subject), None if actor is None else party_of(actor))


def test_a_person_alone() -> None:
    assert delegated(ALICE, None) == Delegation(None, 1300)


def test_the_named_actor_acts_no_longer_than_the_shorter_token() -> None:
    subject = ALICE | {"may_act": {"iss": ISSUER, "sub": "bot"}}
    assert delegated(subject, BOT) == Delegation({"iss": ISSUER, "sub": "bot"}, 1200)
    assert delegated(subject | {"exp": 1100}, BOT).expires_at == 1100


def test_the_next_actor_stands_around_the_present_one() -> None:
    subject = ALICE | {"may_act": {"sub": "bot"}, "act": {"sub": "first"}}
    act = {"iss": ISSUER, "sub": "bot", "act": {"sub": "first"}}
    assert delegated(subject, BOT).act == act


def test_the_present_actor_goes_on_with_its_own_token() -> None:
    subject = ALICE | {"act": {"iss": ISSUER, "sub": "bot"}}
    assert delegated(subject, BOT).act == subject["act"]


@pytest.mark.parametrize(
    ("subject", "actor"),
    [
        pytest.param(ALICE, BOT, id="nobody-is-named"),
        pytest.param(ALICE | {"may_act": {"sub": "bot"}}, None, id="no-actor"),
        pytest.param(ALICE | {"may_act": {"sub": "bot"}}, OTHER, id="another-actor"),
        pytest.param(ALICE | {"may_act": {"sub": "BOT"}}, BOT, id="another-case"),
        pytest.param(
            ALICE | {"may_act": {"iss": "https://other.example", "sub": "bot"}},
            BOT,
            id="an-actor-of-another-issuer",
        ),
        pytest.param(ALICE | {"may_act": {"iss": ISSUER}}, BOT, id="an-actor-without-subject"),
        pytest.param(ALICE | {"may_act": "bot"}, BOT, id="an-actor-that-is-text"),
        pytest.param(ALICE | {"act": {"sub": "bot"}}, None, id="act-is-not-lost"),
        pytest.param(ALICE | {"act": {"sub": "bot"}}, OTHER, id="act-is-of-another"),
        pytest.param(
            ALICE | {"may_act": {"sub": "bot"}, "act": {"sub": "other"}},
            OTHER,
            id="the-present-actor-is-not-the-next",
        ),
    ],
)
def test_may_act_is_a_gate(subject: Json, actor: Json | None) -> None:
    with pytest.raises(GrantRefused):
        delegated(subject, actor)


def test_a_chain_of_actors_has_an_end() -> None:
    chain: Json = {"sub": "a", "act": {"sub": "b", "act": {"sub": "c"}}}
    subject = ALICE | {"may_act": {"sub": "bot"}}
    assert delegated(subject | {"act": chain}, BOT).act
    with pytest.raises(GrantRefused, match="too long"):
        delegated(subject | {"act": {"sub": "d", "act": chain}}, BOT)
