"""Tabs, devices and retries that refresh at the same time, on two hosts with one storage."""

import asyncio
from collections import Counter
from itertools import cycle

import pytest

from tests.api import Api, Json, Reply, new_username
from tests.authenticator import SoftAuthenticator

PRESENTATIONS = 10
"""Of each session's token, at once."""
AT_ONCE = asyncio.Semaphore(50)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def hosts(api: Api, second_api: Api) -> list[Api]:
    return [api, second_api]


async def _sessions(hosts: list[Api], number: int) -> list[Json]:
    """That many sessions of one user, opened on both hosts."""
    key = SoftAuthenticator(rp_id="localhost", origin=hosts[0].url, sign_count_step=0)
    await hosts[0].register(key, new_username())
    return await asyncio.gather(
        *(host.sign_in(key) for host, _ in zip(cycle(hosts), range(number), strict=False))
    )


async def _refresh(host: Api, refresh_token: str) -> Reply:
    async with AT_ONCE:  # as each has a proof that is made for now, and a busy host lets wait
        return await host.refresh(refresh_token)


async def _present(hosts: list[Api], refresh_token: str, number: int) -> list[Reply]:
    """Present the token concurrently, alternating between the hosts."""
    presented = zip(cycle(hosts), [refresh_token] * number, strict=False)
    return await asyncio.gather(*(_refresh(host, token) for host, token in presented))


async def test_concurrent_refreshes_lose_no_session(
    hosts: list[Api], pytestconfig: pytest.Config
) -> None:
    """Each presentation gets the same successor, and that one can be refreshed."""
    number: int = pytestconfig.getoption("--racing-sessions")
    sessions = await _sessions(hosts, number)
    first = [session["refresh_token"] for session in sessions]
    assert len(set(first)) == number
    replies = await asyncio.gather(*(_present(hosts, token, PRESENTATIONS) for token in first))
    assert Counter(reply.status for each in replies for reply in each) == {
        200: number * PRESENTATIONS
    }
    successors = [{reply.json["refresh_token"] for reply in each} for each in replies]
    assert {len(each) for each in successors} == {1}
    second = [token for each in successors for token in each]
    assert len({*first, *second}) == 2 * number
    third = await asyncio.gather(
        *(
            _refresh(host, token)
            for host, token in zip(cycle(reversed(hosts)), second, strict=False)
        )
    )
    assert Counter(reply.status for reply in third) == {200: number}
    access = third[-1].json["access_token"]
    listed = (await hosts[0].get("/sessions", token=access)).json["sessions"]
    assert len(listed) == number


async def test_every_access_token_of_a_race_is_valid_on_both_hosts(hosts: list[Api]) -> None:
    (session,) = await _sessions(hosts, 1)
    replies = await _present(hosts, session["refresh_token"], PRESENTATIONS)
    for host in hosts:
        for reply in replies:
            assert (await host.get("/me", token=reply.json["access_token"])).status == 200


async def test_an_old_token_replayed_on_the_other_host_ends_the_session(hosts: list[Api]) -> None:
    (session,) = await _sessions(hosts, 1)
    here, there = hosts
    stolen = session["refresh_token"]
    second = (await _refresh(here, stolen)).json["refresh_token"]
    third = (await _refresh(here, second)).json["refresh_token"]
    replayed = await _refresh(there, stolen)
    assert (replayed.status, replayed.json["error"]) == (400, "invalid_grant")
    for host in hosts:
        assert (await _refresh(host, third)).status == 400


async def test_a_thief_and_the_owner_never_get_separate_chains(hosts: list[Api]) -> None:
    """Both have the same token and race with it, each for several rotations."""
    sessions = await _sessions(hosts, PRESENTATIONS)

    async def rotate(host: Api, token: str) -> str | None:
        for _ in range(4):
            reply = await _refresh(host, token)
            if reply.status != 200:
                return None
            token = reply.json["refresh_token"]
        return token

    for session in sessions:
        held = await asyncio.gather(*(rotate(host, session["refresh_token"]) for host in hosts))
        distinct = {token for token in held if token}
        # Either both have the same chain, or the reuse of a spent token ended the session.
        assert len(distinct) <= 1


async def test_no_session_is_left_after_a_race_of_revocation_and_refresh(hosts: list[Api]) -> None:
    sessions = await _sessions(hosts, PRESENTATIONS)
    for session in sessions:
        ending, *refreshed = await asyncio.gather(
            hosts[0].send(
                "POST", "/revoke", data=f"token={session['refresh_token']}".encode(), headers=FORM
            ),
            *(_refresh(host, session["refresh_token"]) for host in hosts * 2),
        )
        assert ending.status == 200
        assert {reply.status for reply in refreshed} <= {200, 400}
        for reply in refreshed:
            if reply.status == 200:
                assert (await _refresh(hosts[1], reply.json["refresh_token"])).status == 400
