"""The API description says how long parameters may be."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.blueprints.openapi import read_description
from shared.openid.authorization.parameters import longest

DESCRIPTION = read_description()
FORMS = ("AuthorizationRequest", "PushedRequest", "LogoutParameters", "DeviceAuthorizationForm")


def described() -> Iterator[tuple[str, str, int]]:
    for path in ("/authorize", "/logout"):
        for parameter in DESCRIPTION["paths"][path]["get"]["parameters"]:
            yield from _length(path, parameter.get("name", ""), parameter.get("schema", {}))
    for form in FORMS:
        for name, schema in DESCRIPTION["components"]["schemas"][form]["properties"].items():
            yield from _length(form, name, schema)


def _length(place: str, name: str, schema: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    if "maxLength" in schema:
        yield place, name, schema["maxLength"]


@pytest.mark.parametrize(("place", "name", "length"), list(described()))
def test_a_described_length_is_the_one_that_is_read(place: str, name: str, length: int) -> None:
    assert length == longest(name), place


def test_the_length_of_a_state_is_described_wherever_one_is_read() -> None:
    assert [place for place, name, _ in described() if name == "state"] == [
        *("/authorize", "/logout"),
        *("AuthorizationRequest", "PushedRequest", "LogoutParameters"),
    ]
