"""Harmful names are refused, or are treated like any other name."""

import pytest

from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator

REFUSED = {
    "nul": "a\x00b",
    "line-feed": "a\nb",
    "header": "a\r\nSet-Cookie: b",
    "c1": "a\x85b",
    "escape": "\x1b[31malice",
    "space": "alice smith",
    "no-break-space": "alice\N{NO-BREAK SPACE}",
    "right-to-left": "\N{RIGHT-TO-LEFT OVERRIDE}ecila",
    "zero-width": "al\N{ZERO WIDTH SPACE}ice",
    "joiner": "al\N{ZERO WIDTH JOINER}ice",
    "byte-order-mark": "\N{ZERO WIDTH NO-BREAK SPACE}alice",
    "tag": "alice\N{TAG LATIN SMALL LETTER A}",
    "private-use": "alice\ue000",
    "emoji": "alice\N{GRINNING FACE}",
    "long": "a" * 65,
    "very-long": "a" * 2_000,
    "long-when-prepared": "\N{LATIN SMALL LETTER SHARP S}" * 65,
}
ALLOWED = (
    "../../{}",
    "a/b\\c#d?e%2f{}",
    "'{}",
    "'or(1)eq(1)or'{}",
    "PartitionKey-ge-''{}",
    "${{jndi:ldap://x/{}}}",
    "{{{{7*7}}}}{}",
    "<script>{}</script>",
    "$(id){}",
    "admin--{}",
    "null{}",
    "__proto__{}",
    "\N{GREEK SMALL LETTER LAMDA}\N{GREEK SMALL LETTER MU}",
    "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}",
    "\N{CJK UNIFIED IDEOGRAPH-4E00}{}",
)


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED.keys())
async def test_a_deceptive_name_is_refused(api: Api, name: str) -> None:
    for path in ("/register/begin", "/authenticate/begin"):
        reply = await api.post(path, {"username": name})
        assert (reply.status, reply.problem) == (400, "malformed-request")
        assert name not in reply.json["detail"]


@pytest.mark.parametrize("pattern", ALLOWED)
async def test_a_name_is_only_text(
    api: Api, authenticator: SoftAuthenticator, pattern: str
) -> None:
    name = pattern.format(new_username()[-12:])
    await api.register(authenticator, name)
    signed_in = await api.sign_in(authenticator, name)
    assert signed_in["user"]["username"] == name
    me = (await api.get("/me", token=signed_in["access_token"])).json
    assert [credential["id"] for credential in me["credentials"]] == [signed_in["credential"]["id"]]


@pytest.mark.parametrize(
    "name", ["administrator", "Adm1n", "\u0430lice", "\u0441\u043e\u0441\u043e", "bob#0123abcd"]
)
async def test_a_name_that_could_be_another_persons_is_not_registered(api: Api, name: str) -> None:
    reply = await api.post("/register/begin", {"username": name})
    assert (reply.status, reply.problem) == (400, "malformed-request")
    # A user who already has such a name can sign in with it.
    assert (await api.post("/authenticate/begin", {"username": name})).status == 200


@pytest.mark.parametrize(
    "twin",
    [
        str.upper,
        lambda name: name.replace("u", "\N{FULLWIDTH LATIN SMALL LETTER U}"),
        lambda name: name.replace("s", "\N{FULLWIDTH LATIN CAPITAL LETTER S}"),
    ],
    ids=["upper-case", "full-width", "full-width-upper-case"],
)
async def test_names_that_are_equal_after_normalization_are_one_name(
    api: Api, authenticator: SoftAuthenticator, twin: type[str]
) -> None:
    name = new_username()
    await api.register(authenticator, name)
    reply = await _register(api, twin(name))
    assert reply.problem == "username-taken"


async def test_composed_and_decomposed_letters_are_one_name(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    name = new_username()
    await api.register(authenticator, f"{name}\N{LATIN SMALL LETTER E WITH ACUTE}")
    reply = await _register(api, f"{name}e\N{COMBINING ACUTE ACCENT}")
    assert reply.problem == "username-taken"


async def _register(api: Api, name: str) -> Reply:
    other = SoftAuthenticator(rp_id="localhost", origin=api.url)
    return await api.finish_registration(other.create(await api.begin_registration(name)))


async def test_a_user_handle_does_not_reveal_the_name(api: Api) -> None:
    name = new_username()
    handles = {(await api.begin_registration(name))["user"]["id"] for _ in range(2)}
    assert len(handles) == 2
    assert all(len(handle) == 43 for handle in handles)


@pytest.mark.parametrize("name", ["", " ", "a\x00", "\x1b[31m", "x" * 65, "\u202egnp.exe", 7])
async def test_a_credential_name_is_checked_before_the_challenge_is_used(
    api: Api, authenticator: SoftAuthenticator, name: object
) -> None:
    response = authenticator.create(await api.begin_registration(new_username()))
    assert (await api.finish_registration(response, name=name)).status == 400
    reply = await api.finish_registration(response, name="Blue  key ")
    assert reply.json["name"] == "Blue key"
