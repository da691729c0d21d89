"""No answer to a stranger reveals who has an account."""

import pytest

from tests.api import Api, Reply, new_username
from tests.authenticator import AssertionLies, SoftAuthenticator


def _shape(value: object) -> object:
    match value:
        case dict():
            return {name: _shape(member) for name, member in value.items()}
        case [first, *_]:
            return [_shape(first)]
    return type(value)


def _anonymous(reply: Reply) -> object:
    """All of it but what is of this request alone."""
    headers = {name: value for name, value in reply.headers.items() if name != "Date"}
    return reply.status, headers, {**reply.json, "instance": None}


async def test_begin_answers_alike_for_a_known_and_an_unknown_name(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    known, unknown = new_username(), new_username()
    await api.register(authenticator, known)
    replies = [
        await api.post("/authenticate/begin", {"username": name}) for name in (known, unknown)
    ]
    assert _shape(replies[0].json) == _shape(replies[1].json)
    assert replies[0].headers.keys() == replies[1].headers.keys()
    lengths = {len(reply.json["publicKey"]["challenge"]) for reply in replies}
    assert len(lengths) == 1


async def test_an_unknown_name_has_the_same_credentials_each_time(api: Api) -> None:
    name = new_username()
    first, second = [await api.begin_authentication(name) for _ in range(2)]
    assert first["allowCredentials"] == second["allowCredentials"] != []
    assert first["challenge"] != second["challenge"]


async def test_registration_begins_alike_for_a_taken_and_a_free_name(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    taken, free = new_username(), new_username()
    await api.register(authenticator, taken)
    first = await api.begin_registration(taken)
    second = await api.begin_registration(free)
    assert first["excludeCredentials"] == second["excludeCredentials"] == []
    assert _shape(first) == _shape(second)
    assert len(first["challenge"]) == len(second["challenge"])


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "nameless"])
async def test_every_refused_assertion_is_answered_alike(
    api: Api, authenticator: SoftAuthenticator, is_named: bool
) -> None:
    name = new_username()
    await api.register(authenticator, name)
    stranger = SoftAuthenticator(rp_id="localhost", origin=api.url)
    stranger.create(await api.begin_registration(new_username()))
    lies: list[AssertionLies] = [
        {"signature": b"nonsense"},
        {"sign_with": stranger.latest.key},
        {"user_handle": bytes(32)},
        {"origin": "https://evil.example"},
        {"user_verified": False},
        {"sign_count": 0},
        {"changed_after_signing": "auth_data"},
    ]

    async def options() -> dict[str, object]:
        return await api.begin_authentication(name if is_named else None)

    unknown = await api.finish_authentication(
        stranger.get(await options(), credential=stranger.latest)
    )
    assert (unknown.status, unknown.problem) == (403, "authentication-rejected")
    for lie in lies:
        refused = await api.finish_authentication(authenticator.get(await options(), **lie))
        assert _anonymous(refused) == _anonymous(unknown)


async def test_a_sign_in_with_a_decoy_is_refused_like_any_other(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    nobody, name = new_username(), new_username()
    await api.register(authenticator, name)
    options = await api.begin_authentication(nobody)
    decoy = options["allowCredentials"][0]["id"]
    for credential_id in (decoy, "AAAA", "A" * 1364):
        assertion = authenticator.get(
            await api.begin_authentication(nobody),
            credential=authenticator.latest,
            id=credential_id,
            raw_id=credential_id,
        )
        assert (await api.finish_authentication(assertion)).problem == "authentication-rejected"


async def test_an_expired_used_or_invented_challenge_is_answered_alike(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    used = authenticator.get(await api.begin_authentication())
    await api.finish_authentication(used)
    options = await api.begin_authentication()
    registration = await api.begin_registration(new_username())
    replies = [await api.finish_authentication(used)] + [
        await api.finish_authentication(authenticator.get(options, challenge=challenge))
        for challenge in (b"x", bytes(200), registration["challenge"])
    ]
    assert {reply.problem for reply in replies} == {"ceremony-not-found"}
    assert all(_anonymous(reply) == _anonymous(replies[0]) for reply in replies)
