"""Each member of each body, with values of every wrong kind."""

import copy
from collections.abc import Iterator, Mapping

import pytest

from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator

WRONG: tuple[object, ...] = (
    None,
    False,
    True,
    0,
    -1,
    1.5,
    2**70,
    "",
    " ",
    "!",
    "AA==",
    "AA\n",
    "A" * 50_000,
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "\x00",
    "\x1b[31m",
    "\u202etxt.exe",
    [],
    ["x"] * 100,
    [None],
    [["usb"]],
    {},
    {"x": {}},
)
BENIGN = {201, 404, 409}
"""A wrong value may be one that does not matter; the challenge is answered once all the same."""


def _paths(body: Mapping[str, object], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in body.items():
        yield (*prefix, name)
        if isinstance(value, Mapping):
            yield from _paths(value, (*prefix, name))


def _with(body: Json, path: tuple[str, ...], value: object) -> Json:
    changed = copy.deepcopy(body)
    *parents, name = path
    target = changed
    for parent in parents:
        target = target[parent]
    target[name] = value
    return changed


def _without(body: Json, path: tuple[str, ...]) -> Json:
    changed = _with(body, path, None)
    *parents, name = path
    target = changed
    for parent in parents:
        target = target[parent]
    del target[name]
    return changed


async def _assert_never_fails(api: Api, path: str, body: Json, *, also: set[int]) -> None:
    for member in _paths(body):
        wrong = [_with(body, member, value) for value in WRONG] + [_without(body, member)]
        for changed in wrong:
            reply = await api.post(path, changed)
            assert reply.status in {400, 413} | also, (member, changed, reply.raw)


async def test_wrong_members_of_a_registration_cause_no_server_error(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    options = await api.begin_registration(new_username())
    body = {"credential": authenticator.create(options), "name": "Blue key"}
    await _assert_never_fails(api, "/register/finish", body, also=BENIGN | {422})


async def test_wrong_members_of_an_assertion_cause_no_server_error(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    body = {"credential": authenticator.get(await api.begin_authentication())}
    await _assert_never_fails(api, "/authenticate/finish", body, also={200, 403, 404})


async def test_wrong_members_of_a_begin_cause_no_server_error(api: Api) -> None:
    body = {
        "username": new_username(),
        "displayName": "Alice",
        "authenticatorAttachment": "platform",
        "hints": ["hybrid"],
    }
    await _assert_never_fails(api, "/register/begin", body, also={200})
    await _assert_never_fails(api, "/authenticate/begin", {"username": "alice"}, also={200})


async def test_an_unknown_member_is_refused_before_the_challenge_is_used(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    created = authenticator.create(await api.begin_registration(new_username()))
    assert (await api.finish_registration(created, username="mallory")).status == 400
    assert (await api.finish_registration(created)).status == 201
    assertion = {"credential": authenticator.get(await api.begin_authentication())}
    unknown = await api.post("/authenticate/finish", {**assertion, "username": "mallory"})
    assert unknown.status == 400
    assert (await api.post("/authenticate/finish", assertion)).status == 200


@pytest.mark.parametrize(
    "client_data",
    [
        b"",
        b"null",
        b"[]",
        b"17",
        b"\xff\xfe{}",
        b"[" * 8_000,
        b'{"type":' + b"[" * 4_000 + b"]" * 4_000 + b"}",
        b'{"challenge":' + b"9" * 8_000 + b"}",
        b'{"type":"webauthn.get","type":"webauthn.get"}',
        b'{"type":"webauthn.get","challenge":"AA","origin":NaN}',
        b'{"type":"webauthn.get","challenge":"\\ud800","origin":"x"}',
    ],
)
async def test_client_data_that_cannot_be_parsed_is_refused(
    api: Api, authenticator: SoftAuthenticator, client_data: bytes
) -> None:
    registration = await api.begin_registration(new_username())
    created = authenticator.create(registration, client_data=client_data)
    assert (await api.finish_registration(created)).problem == "malformed-request"
    assertion = authenticator.get(await api.begin_authentication(), client_data=client_data)
    assert (await api.finish_authentication(assertion)).problem == "malformed-request"
