"""`docs/costs-of-strangers.md` has every request without a token, with its measured cost."""

import re
from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from devhost.process import REPOSITORY
from shared.access.web_addresses.hosts import parse_site
from shared.accounts.names import read_username
from shared.audit.event import Source
from shared.blueprints.openapi import read_description
from shared.errors import NotPermitted, TouchstoneError
from shared.openid.authorization.parameters import read_parameters
from shared.openid.client_authentication.credentials import read_credentials
from shared.openid_provider.authorization.authorizing import Begun
from shared.openid_provider.authorization.continuing import Decision
from shared.recording.ceremony_events import KEPT_UNVERIFIED
from shared.recording.request_source import serving
from shared.relying_party.callers.client import Client
from shared.relying_party.sweeping import sweep
from shared.sealed import LONGEST
from shared.webauthn.client_data import MAX_BYTES as MAX_CLIENT_DATA
from shared.webauthn.responses import MAX_ATTESTATION_OBJECT
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.administrators import CLIENT_ADMINISTRATOR, holder
from tests.harness.entra_world import EntraWorld
from tests.harness.record import seal
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator
from tests.openid.clients.documents import app, client, web
from tests.openid_provider.device_flow import strangers
from tests.storage_transport import TABLES

DOCUMENT = REPOSITORY / "docs" / "costs-of-strangers.md"
ROW = re.compile(r"^\| `([A-Z]+ /\S*)` \| ([^|]+) \| (\d+) \| (\d+) \| (\w+) \|", re.MULTILINE)
COSTS = {
    (found[1], found[2]): (int(found[3]), int(found[4]))
    for found in ROW.finditer(DOCUMENT.read_text(encoding="utf-8"))
}
NAME = "n" * 64
HERE = Client(address="2001:db8::/64", user_agent="a" * 256)
SOURCE = Source(
    address="2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    user_agent="a" * 256,
    invocation="01234567-89ab-cdef-0123-456789abcdef",
    trace="ab" * 16,
)

FAREWELL = f"https://orders.example/{'x' * 370}"
LONGEST_REQUEST = {
    "client_id": "orders",
    "redirect_uri": "http://127.0.0.1/callback",
    "response_type": "code",
    "state": "x" * 2048,
    "nonce": "x" * 2048,
    "code_challenge": "x" * 43,
    "code_challenge_method": "S256",
}

type Act = Callable[[ServiceHarness, SoftAuthenticator], Awaitable[object]]
type Prepared = Callable[[ServiceHarness, SoftAuthenticator], Awaitable[Act]]


def _filled(
    options: Json, lies: dict[str, Any], key: SoftAuthenticator, *, new: bool, most: int
) -> Json:
    """The answer with client data of that size."""
    make = key.create if new else key.get
    honest = make(options, **lies, client_data_extra={"more": ""})
    room = most - len(_client_data(honest))
    return make(options, **lies, client_data_extra={"more": "x" * room})


def _client_data(credential: Json) -> bytes:
    return base64url.decode(credential["response"]["clientDataJSON"])


async def _has_client(party: ServiceHarness) -> None:
    await party.service.clients.create(client(app(scopes=["openid"])), by=CLIENT_ADMINISTRATOR)


async def _authorize(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    await _has_client(party)
    return lambda party, _: party.service.authorizing.begin(
        read_parameters(LONGEST_REQUEST.items()), in_frame=False, address=HERE.address
    )


async def _continue(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    begun = await (await _authorize(party, key))(party, key)
    assert isinstance(begun, Begun)
    return lambda party, _: party.service.continuing.go_on(
        begun.sealed, Decision(), token=None, address=HERE.address
    )


async def _foreign_authorization(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.continuing.go_on(
        "A" * LONGEST, Decision(), token=None, address=HERE.address
    )


async def _foreign_answer(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.answer_forms.open("A" * LONGEST)


async def _log_out(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    longest = {"post_logout_redirect_uri": FAREWELL, "state": "x" * 2048}
    longest["id_token_hint"] = "x" * 8_192
    made = client(web(postLogoutRedirectUris=[FAREWELL]))
    await party.service.clients.create(made, by=CLIENT_ADMINISTRATOR)
    return lambda party, _: party.service.signing_out.begin(
        read_parameters(longest.items()), address=HERE.address
    )


async def _sign_out(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    sealed = await (await _log_out(party, key))(party, key)
    return lambda party, _: party.service.signing_out.go_on(str(sealed), confirmed=True, token=None)


async def _foreign_logout(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.signing_out.go_on(
        "A" * LONGEST, confirmed=True, token=None
    )


async def _leave_a_site(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    site = parse_site("wiki.example.com")
    return lambda party, _: party.service.page_leaving.leave(site, cookie="A" * LONGEST)


async def _push(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    if await party.stores.clients.find("orders") is None:
        await _has_client(party)
    return _push_once


async def _push_once(party: ServiceHarness, _key: SoftAuthenticator) -> object:
    client = await party.service.client_directory.find("orders", address=HERE.address)
    assert client is not None
    return await party.service.pushed_requests.push(
        read_parameters(LONGEST_REQUEST.items()), client, thumbprint=None, address=HERE.address
    )


async def _refused_client(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    await _has_client(party)
    wrong = {"client_id": "orders", "client_secret": "x" * 1024}
    credentials = read_credentials(None, wrong)
    assert credentials is not None
    return lambda party, _: party.service.client_authentication.authenticate(
        credentials, path="/token", address=HERE.address
    )


async def _begin_registration(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.begin_registration(NAME)


async def _begin_authentication(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.begin_authentication(NAME)


def _largest_new(options: Json, key: SoftAuthenticator, **lies: Any) -> Json:  # noqa: ANN401
    """An attestation object as large as is read: its authenticator data has extensions."""
    size, most = MAX_ATTESTATION_OBJECT - 1024, MAX_CLIENT_DATA
    if lies:  # the largest that is kept whole
        size = KEPT_UNVERIFIED["attestationObject"] - 512
        most = KEPT_UNVERIFIED["clientDataJSON"]
    filled = {"extensions": {"more": b"x" * size}, **lies}
    return _filled(options, filled, key, new=True, most=most)


def _largest(options: Json, key: SoftAuthenticator) -> Json:
    lies = {
        "extensions": {"more": b"x" * (KEPT_UNVERIFIED["authenticatorData"] - 128)},
        "signature": b"s" * KEPT_UNVERIFIED["signature"],
    }
    most = KEPT_UNVERIFIED["clientDataJSON"]
    return _filled(options, lies, key, new=False, most=most)


async def _refused_registration(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    options = await party.begin_registration(NAME)
    answer = _largest_new(options, new_authenticator(), user_verified=False)
    return lambda party, _: party.finish_registration(answer)


async def _new_account(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    answer = _largest_new(await party.begin_registration(NAME), new_authenticator())
    return lambda party, _: party.finish_registration(answer)


async def _registration_that_is_over(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    act = await _new_account(party, key)
    await act(party, key)
    return act


async def _foreign_registration(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    options = {**await party.begin_registration(NAME), "challenge": "A" * 80}
    answer = _largest_new(options, new_authenticator())
    return lambda party, _: party.finish_registration(answer)


async def _refused_sign_in(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    answer = _largest(await party.begin_authentication("alice"), key)
    return lambda party, _: party.finish_authentication(answer)


async def _sign_in_that_is_over(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    act = await _refused_sign_in(party, key)
    with suppress(TouchstoneError):
        await act(party, key)
    return act


async def _foreign_sign_in(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    options = {**await party.begin_authentication("alice"), "challenge": "A" * 80}
    answer = _largest(options, key)
    return lambda party, _: party.finish_authentication(answer)


async def _guess(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.redeeming.redeem(
        read_username(NAME), "0" * 48, client=HERE
    )


async def _refresh(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.refresh("made-up" * 100)


async def _entra_request(party: ServiceHarness, *, linked: bool) -> str:
    world = EntraWorld(party)
    owner = await party.service.provisioning.find(read_username("alice"))
    if linked and owner is not None:
        await world.link(owner.records[0])
    return await world.ask()


async def _foreign_form(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    world = EntraWorld(party)
    form = world.entra.form({"id_token_hint": world.entra.hint({"iat": 1})})
    return lambda _party, _: world.stories.ask(form)


async def _foreign_request(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    world = EntraWorld(party)
    return lambda _party, _: world.begin("A" * 16_000)


async def _begin_for_entra(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    request = await _entra_request(party, linked=True)
    return lambda party, _: EntraWorld(party).begin(request, client=HERE)


async def _begin_of_nobody(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    request = await _entra_request(party, linked=False)
    return lambda party, _: EntraWorld(party).begin(request, client=HERE)


async def _refused_for_entra(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    request = await _entra_request(party, linked=True)
    answer = _largest(await EntraWorld(party).options(request), key)
    return lambda party, _: EntraWorld(party).finish(request, answer, client=HERE)


async def _foreign_answer_for_entra(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    request = await _entra_request(party, linked=True)
    options = {**await party.begin_authentication("alice"), "challenge": "A" * 80}
    answer = _largest(options, key)
    return lambda party, _: EntraWorld(party).finish(request, answer, client=HERE)


async def _revoke(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.revocation.revoke("made-up" * 100)


SCENES: dict[tuple[str, str], tuple[Prepared, str]] = {
    ("POST /register/begin", "a ceremony"): (_begin_registration, ""),
    ("POST /register/begin", "beyond the limit"): (_begin_registration, "begin.address=1/1d"),
    ("POST /register/finish", "not our challenge"): (_foreign_registration, ""),
    ("POST /register/finish", "a ceremony that has ended"): (_registration_that_is_over, ""),
    ("POST /register/finish", "refused"): (_refused_registration, ""),
    ("POST /register/finish", "refused beyond the limit"): (
        _refused_registration,
        "authentication.address=1/1d",
    ),
    ("POST /register/finish", "a new account"): (_new_account, ""),
    ("POST /authenticate/begin", "a ceremony"): (_begin_authentication, ""),
    ("POST /authenticate/begin", "beyond the limit"): (
        _begin_authentication,
        "begin.address=1/1d",
    ),
    ("POST /authenticate/finish", "not our challenge"): (_foreign_sign_in, ""),
    ("POST /authenticate/finish", "a ceremony that has ended"): (_sign_in_that_is_over, ""),
    ("POST /authenticate/finish", "refused"): (_refused_sign_in, ""),
    ("POST /authenticate/finish", "refused beyond the limit"): (
        _refused_sign_in,
        "authentication.address=1/1d",
    ),
    ("POST /access-passes/redeem", "refused"): (_guess, ""),
    ("POST /access-passes/redeem", "beyond the limit"): (_guess, "guess.address=1/1d"),
    ("POST /token", "not our token"): (_refresh, ""),
    ("POST /revoke", "not our token"): (_revoke, ""),
    ("POST /token", "a client without its proof"): (_refused_client, ""),
    ("POST /authorize", "a request of a client"): (_authorize, ""),
    ("POST /authorize/step", "not our request"): (_foreign_authorization, ""),
    ("POST /authorize/step", "nobody is signed in"): (_continue, ""),
    ("POST /authorize/answer", "not our answer"): (_foreign_answer, ""),
    ("POST /logout", "a request of a client"): (_log_out, ""),
    ("POST /logout/step", "not our request"): (_foreign_logout, ""),
    ("POST /logout/step", "nobody is signed in"): (_sign_out, ""),
    ("POST /par", "a request of a client"): (_push, ""),
    ("POST /par", "beyond the limit"): (_push, "pushed-request.address=1/1d"),
    ("POST /device_authorization", "codes for a device"): (strangers.ask, ""),
    ("POST /device_authorization", "beyond the limit"): (strangers.ask, "device.address=1/1d"),
    ("POST /device/begin", "no code"): (strangers.type_nothing, ""),
    ("POST /device/begin", "a wrong code"): (strangers.type_wrong_code, ""),
    ("POST /device/begin", "a wrong code beyond the limit"): (
        strangers.type_wrong_code,
        "user-code.address=1/1d",
    ),
    ("POST /device/begin", "a ceremony"): (strangers.type_right_code, ""),
    ("POST /device/approve", "not our request"): (strangers.approve_nothing, ""),
    ("POST /device/reject", "not our request"): (strangers.reject_nothing, ""),
    ("POST /entra/authorize", "not from Entra"): (_foreign_form, ""),
    ("POST /entra/begin", "not our request"): (_foreign_request, ""),
    ("POST /entra/begin", "a ceremony"): (_begin_for_entra, ""),
    ("POST /entra/begin", "nobody is linked"): (_begin_of_nobody, ""),
    ("POST /entra/finish", "not our challenge"): (_foreign_answer_for_entra, ""),
    ("POST /entra/finish", "refused"): (_refused_for_entra, ""),
    ("POST /.touchstone/sign-out", "nobody is signed in"): (_leave_a_site, ""),
}
"""How each is come to. With a limit it is done once before, to use that up."""


def test_the_table_has_every_request_that_needs_no_token() -> None:
    paths = read_description()["paths"]
    open_to_all = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
        and {} in (operation["security"] or [{}])
    }
    assert {request for request, _ in COSTS} == open_to_all


def test_every_writing_request_is_measured() -> None:
    posts = {way for way in COSTS if way[0].startswith("POST")}
    assert posts == SCENES.keys()
    assert all(cost == (0, 0) for way, cost in COSTS.items() if way not in posts)


@pytest.mark.parametrize("way", SCENES, ids=" ".join)
async def test_a_request_has_the_documented_cost(
    party: ServiceHarness, alices: SoftAuthenticator, way: tuple[str, str]
) -> None:
    prepared, limits = SCENES[way]
    await party.register(alices, "alice")
    limited = party.restarted(RATE_LIMITS=limits)
    limited.client = HERE
    acts = [await prepared(limited, alices)]
    if limits:
        first, acts = acts[0], [await prepared(party, alices)]
        with suppress(TouchstoneError):
            await first(limited, alices)
    before = await _rows(party)
    with serving(SOURCE), suppress(TouchstoneError):
        await acts[0](limited, alices)
    new = (await _rows(party)).keys() - before.keys()
    stays = await _what_stays(limited, before.keys())
    said_rows, said_bytes = COSTS[way]
    assert len(new) == said_rows, sorted(new)
    assert said_bytes * 0.8 <= stays <= said_bytes


async def test_each_refusal_of_a_known_caller_writes_one_event_up_to_the_limit(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, NAME)
    limited = party.restarted(RATE_LIMITS="refusal.account=1/1d")
    caller = await holder(limited, (await limited.sign_in(alices)).tokens.access_token)
    rows = [await _rows(party)]
    for _ in range(3):  # the second writes the one event for all requests beyond the limit
        with serving(SOURCE), suppress(NotPermitted):
            await limited.service.account_lookup.account_named(read_username(NAME), by=caller)
        rows.append(await _rows(party))
    assert [len(after) - len(before) for before, after in pairwise(rows)] == [2, 2, 0]
    refusal_and_hit = await _what_stays(limited, rows[0].keys())
    assert 0.8 * 3500 <= refusal_and_hit <= 2000 + 1500


async def _rows(party: ServiceHarness) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """Of all tables but that of the tree, which grows with each run of the sealer, and not by
    what is sealed."""
    return {
        (table, row["PartitionKey"], row["RowKey"]): row
        for table in TABLES
        if table != "AuditTree"
        for row in await party.storage.rows(table)
    }


async def _what_stays(party: ServiceHarness, before: Set[tuple[str, str, str]]) -> int:
    """After everything that expires has expired, and what waits was sealed."""
    await seal(party)
    party.clock.advance(days=3)
    until = party.clock() + timedelta(minutes=1)
    stores = party.stores
    for store in (stores.challenges, stores.counters, stores.device_codes):
        await sweep(store, clock=party.clock, until=until)
    await party.service.ended_sessions.remove(until=until)
    invocation = str(SOURCE.invocation).encode()
    return sum(
        _entity_size(row)
        for key, row in (await _rows(party)).items()
        if (invocation in bytes(row["Leaf"]) if key[0] == "AuditLog" else key not in before)
    )


def _entity_size(row: Mapping[str, Any]) -> int:
    """As Azure counts: 4 bytes, the keys, and for each property 8 bytes, its name and value."""
    keys = 4 + 2 * len(row["PartitionKey"] + row["RowKey"])
    others = {name: row[name] for name in row if name not in ("PartitionKey", "RowKey")}
    return keys + sum(8 + 2 * len(name) + _value_size(value) for name, value in others.items())


def _value_size(value: object) -> int:
    if isinstance(value, str):
        return 4 + 2 * len(value)
    return 4 + len(value) if isinstance(value, bytes) else 8
