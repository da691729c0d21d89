"""Two processes on one storage are one relying party."""

import asyncio
from collections import Counter

import pytest

from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator

ANSWERS = 50
USERS = 20


async def test_a_ceremony_begun_on_one_host_is_finished_on_the_other(
    api: Api, second_api: Api, authenticator: SoftAuthenticator
) -> None:
    username = new_username()
    options = await api.begin_registration(username)
    reply = await second_api.finish_registration(authenticator.create(options))
    assert reply.status == 201
    options = await second_api.begin_authentication(username)
    reply = await api.finish_authentication(authenticator.get(options))
    assert reply.status == 200
    assert (await second_api.get("/me", token=reply.json["access_token"])).status == 200


async def test_an_unknown_name_has_the_same_decoys_on_both(api: Api, second_api: Api) -> None:
    username = new_username()
    first = await api.begin_authentication(username)
    second = await second_api.begin_authentication(username)
    assert first["allowCredentials"] == second["allowCredentials"] != []


@pytest.mark.parametrize("_round", range(3))
async def test_one_of_fifty_equal_assertions_signs_in(
    api: Api, second_api: Api, authenticator: SoftAuthenticator, _round: int
) -> None:
    await api.register(authenticator, new_username())
    assertion = authenticator.get(await api.begin_authentication())
    replies = await asyncio.gather(
        *(host.finish_authentication(assertion) for host in [api, second_api] * (ANSWERS // 2))
    )
    assert _statuses(replies) == {200: 1, 404: ANSWERS - 1}


@pytest.mark.parametrize("_round", range(3))
async def test_one_of_fifty_equal_registrations_succeeds(
    api: Api, second_api: Api, authenticator: SoftAuthenticator, _round: int
) -> None:
    username = new_username()
    response = authenticator.create(await api.begin_registration(username))
    replies = await asyncio.gather(
        *(host.finish_registration(response) for host in [api, second_api] * (ANSWERS // 2))
    )
    assert _statuses(replies) == {201: 1, 404: ANSWERS - 1}
    await second_api.sign_in(authenticator, username)


async def test_one_of_twenty_users_gets_a_credential_id(
    api: Api, second_api: Api, authenticator: SoftAuthenticator
) -> None:
    hosts = [api, second_api] * (USERS // 2)
    names = [new_username() for _ in hosts]
    responses = [
        authenticator.create(
            await host.begin_registration(name),
            credential_id=b"wanted by all: " + names[0].encode(),
        )
        for host, name in zip(hosts, names, strict=True)
    ]
    replies = await asyncio.gather(
        *(
            host.finish_registration(response)
            for host, response in zip(hosts, responses, strict=True)
        )
    )
    assert _statuses(replies) == {201: 1, 409: USERS - 1}
    refused = {reply.problem for reply in replies if reply.status == 409}
    assert refused == {"credential-already-registered"}


async def test_one_of_twenty_concurrent_registrations_gets_the_name(
    api: Api, second_api: Api, authenticator: SoftAuthenticator
) -> None:
    hosts, name = [api, second_api] * (USERS // 2), new_username()
    responses = [authenticator.create(await host.begin_registration(name)) for host in hosts]
    replies = await asyncio.gather(
        *(
            host.finish_registration(response)
            for host, response in zip(hosts, responses, strict=True)
        )
    )
    assert _statuses(replies) == {201: 1, 409: USERS - 1}
    assert len((await api.begin_authentication(name))["allowCredentials"]) == 1


async def test_racing_sign_counts_lose_no_sign_in(
    api: Api, second_api: Api, authenticator: SoftAuthenticator
) -> None:
    """The stored count is the highest that either host accepted."""
    username = new_username()
    await api.register(authenticator, username)
    hosts = [api, second_api] * (USERS // 2)
    assertions = [authenticator.get(await host.begin_authentication()) for host in hosts]
    replies = await asyncio.gather(
        *(
            host.finish_authentication(assertion)
            for host, assertion in zip(hosts, assertions, strict=True)
        )
    )
    assert _statuses(replies).keys() <= {200, 403, 409}
    granted = [reply.json["credential"]["signCount"] for reply in replies if reply.status == 200]
    assert len(granted) == len(set(granted)) > 0
    token = (await api.sign_in(authenticator, username))["access_token"]
    (credential,) = (await second_api.get("/me", token=token)).json["credentials"]
    assert credential["signCount"] == authenticator.latest.sign_count > max(granted)


def _statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)
