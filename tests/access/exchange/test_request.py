from collections.abc import Mapping

import pytest

from shared.access.exchange.request import (
    ExchangeRequest,
    TokenType,
    profile_resource,
    read_exchange,
)
from shared.errors import GrantRefused, MalformedRequest

ISSUER = "https://touchstone.example"
FORM = {
    "subject_token": "token",
    "subject_token_type": TokenType.ACCESS_TOKEN.value,
    "audience": "reporting",
}
type Changes = Mapping[str, str | None]

BY_ADDRESS = profile_resource(ISSUER, "reporting")


def read(changes: Changes, *resources: str) -> ExchangeRequest:
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return read_exchange(form, resources, issuer=ISSUER)


def test_what_a_request_holds() -> None:
    actor = {"actor_token": "actor", "actor_token_type": TokenType.JWT.value}
    more = {"scope": "x/.default", "authorization_details": "[]", "reason": "Ticket 7"}
    request = read({**actor, **more})
    assert (request.subject_token, request.actor_token) == ("token", "actor")
    assert (request.scope, request.reason) == ("x/.default", "Ticket 7")
    assert request.authorization_details == "[]"
    assert not request.is_approval_code
    assert read({"subject_token_type": TokenType.APPROVAL_CODE.value}).is_approval_code


@pytest.mark.parametrize(
    ("audience", "resources"),
    [
        ("reporting", ()),
        (BY_ADDRESS, ()),
        (None, (BY_ADDRESS,)),
        ("reporting", (BY_ADDRESS,)),
    ],
)
def test_a_profile_is_named_by_its_name_or_address(
    audience: str | None, resources: tuple[str, ...]
) -> None:
    assert read({"audience": audience}, *resources).profile == "reporting"


@pytest.mark.parametrize(
    ("audience", "resources"),
    [(None, ()), ("reporting", ("https://other.example",)), (None, ("a", "b"))],
)
def test_exactly_one_profile(audience: str | None, resources: tuple[str, ...]) -> None:
    with pytest.raises(GrantRefused) as refused:
        read({"audience": audience}, *resources)
    assert refused.value.name == "invalid_target"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_token": None},
        {"subject_token": ""},
        {"subject_token": "x" * 8193},
        {"subject_token_type": None},
        {"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        {"actor_token": "token"},
        {"actor_token_type": TokenType.ACCESS_TOKEN.value},
        {"actor_token": "token", "actor_token_type": TokenType.APPROVAL_CODE.value},
    ],
)
def test_what_it_cannot_be(changes: Changes) -> None:
    with pytest.raises(MalformedRequest):
        read(changes)


def test_a_refusal_and_a_repr_do_not_repeat_a_token() -> None:
    with pytest.raises(MalformedRequest) as refused:
        read({"subject_token": "secret" * 2000})
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(read({"subject_token": "secret"}))
