"""Every refusal is a problem (RFC 9457) whose type resolves."""

import re
import uuid

from shared.http.problems import PROBLEMS
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator


async def test_every_problem_has_a_section_on_the_page(api: Api) -> None:
    page = (await api.get("/problems")).raw.decode()
    sections = re.findall(r'<section id="([\w-]+)">', page)
    assert sorted(sections) == sorted(problem.slug for problem in PROBLEMS.values())


async def test_the_type_of_a_problem_is_a_url_that_resolves(api: Api) -> None:
    problem = (await api.post("/authenticate/begin", [])).json
    address, _, fragment = problem["type"].partition("#")
    page = await api.get(address.removeprefix(api.url))
    assert f'id="{fragment}"' in page.raw.decode()


async def test_each_problem_names_its_own_invocation(api: Api) -> None:
    instances = [(await api.get("/me")).json["instance"] for _ in range(2)]
    assert len(set(instances)) == 2
    for instance in instances:
        assert instance == uuid.UUID(instance).urn


async def test_a_problem_has_the_status_of_its_response(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    options = await api.begin_registration(new_username())
    replies = [
        await api.get("/me"),
        await api.post("/authenticate/begin", []),
        await api.send("POST", "/authenticate/begin", data=b"x"),
        await api.finish_registration(authenticator.create(options, user_present=False)),
        await api.finish_registration(authenticator.create(options)),
    ]
    assert [reply.status for reply in replies] == [401, 400, 415, 422, 404]
    assert all(reply.json["status"] == reply.status for reply in replies)


async def test_a_refused_registration_does_not_reveal_the_reason(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    details = set()
    for lie in ("https://evil.example", "http://localhost:1"):
        options = await api.begin_registration(new_username())
        reply = await api.finish_registration(authenticator.create(options, origin=lie))
        details.add(reply.json["detail"])
        assert lie not in reply.raw.decode()
    options = await api.begin_registration(new_username())
    reply = await api.finish_registration(authenticator.create(options, user_verified=False))
    assert {reply.json["detail"]} == details
