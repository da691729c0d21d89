"""psql connects to PostgreSQL, and the person approves it with a passkey in a browser."""

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import expect

from devhost.process import Child
from tests.authenticator import base64url
from tests.browser.visitor import Visitor
from tests.counterparts.postgresql.cluster import Cluster
from tests.counterparts.psql.conftest import configured, documented_client
from tests.counterparts.psql.database import Database
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHO = "select system_user, current_user"


@pytest_asyncio.fixture(loop_scope="session")
async def subject(registered: Visitor) -> str:
    (credential,) = await registered.authenticator.credentials()
    return base64url.encode(base64.b64decode(str(credential["userHandle"])))


@pytest.fixture
def database(service: Service, cluster: Cluster, client: None, subject: str) -> Iterator[Database]:
    with configured(service, cluster, subject=subject) as database:
        yield database


@dataclass(frozen=True, slots=True)
class Shown:
    uri: str
    code: str


async def shown_by(psql: Child) -> Shown:
    pattern = r"^Visit (\S+) and enter the code: (\S+)$"
    return Shown(*(await asyncio.to_thread(psql.wait_for, pattern)).groups())


async def look(visitor: Visitor, shown: Shown) -> None:
    """The person types both, and does not follow a link."""
    await visitor.page.goto(shown.uri)
    await visitor.page.get_by_label("The code that your device shows").fill(shown.code.lower())
    await visitor.button("Next").click()
    await expect(visitor.page.locator("#shown-code")).to_have_text(shown.code)
    await expect(visitor.page.locator("#client-name")).to_have_text("psql")
    await expect(visitor.page.locator("#asked")).to_contain_text("db:read")


async def approve(visitor: Visitor, shown: Shown) -> None:
    await look(visitor, shown)
    await visitor.button("Approve with a passkey").click()
    await expect(visitor.page.locator("#approved")).to_be_visible()


async def reject(visitor: Visitor, shown: Shown) -> None:
    await look(visitor, shown)
    await visitor.button("Reject").click()
    await expect(visitor.page.locator("#rejected")).to_be_visible()


def failures_in(log: str) -> int:
    return log.count("FATAL:  OAuth bearer authentication failed")


async def end_of(psql: Child) -> int:
    return await asyncio.to_thread(psql.wait)


async def test_a_person_approves_a_connection_with_a_passkey(
    database: Database, registered: Visitor, service: Service, subject: str
) -> None:
    with database.connecting(WHO) as psql:
        shown = await shown_by(psql)
        assert shown.uri == f"{service.issuer}/device"
        await approve(registered, shown)
        assert await end_of(psql) == 0
    assert f"\noauth:{subject}|reader\n" in psql.output
    # The connection without a token. The documentation warns of it.
    assert failures_in(await database.log()) == 1


async def test_psql_may_have_a_secret(
    database: Database, registered: Visitor, service: Service, subject: str
) -> None:
    """It sends it as HTTP Basic, and then no `client_id` in the form."""
    document = documented_client() | {"id": "psql-of-jobs", "authentication": {"method": "secret"}}
    secret = await service.add_client(document, secret=True)
    named = {"oauth_client_id": "psql-of-jobs", "oauth_client_secret": secret}
    with database.connecting(WHO, **named) as psql:
        await approve(registered, await shown_by(psql))
        assert await end_of(psql) == 0
    assert f"oauth:{subject}" in psql.output


async def test_a_person_rejects_a_connection(database: Database, registered: Visitor) -> None:
    with database.connecting(WHO) as psql:
        await reject(registered, await shown_by(psql))
        assert await end_of(psql) == 2
    assert "The person rejected this sign-in. (access_denied)" in psql.output
    assert failures_in(await database.log()) == 1


async def test_each_connection_is_an_approval_of_its_own(
    database: Database, registered: Visitor, subject: str
) -> None:
    with database.connecting(WHO) as first, database.connecting(WHO) as second:
        shown = [await shown_by(each) for each in (first, second)]
        assert shown[0].code != shown[1].code
        await approve(registered, shown[0])
        assert await end_of(first) == 0
        await reject(registered, shown[1])
        assert await end_of(second) == 2
    assert f"oauth:{subject}" in first.output
    assert f"oauth:{subject}" not in second.output


@pytest.mark.parametrize("subject", ["somebody-else"])
async def test_whoever_may_not_be_the_role_is_refused_and_named_in_the_log(
    database: Database, registered: Visitor
) -> None:
    with database.connecting(WHO) as psql:
        await approve(registered, await shown_by(psql))
        assert await end_of(psql) == 2
    (credential,) = await registered.authenticator.credentials()
    name = base64url.encode(base64.b64decode(str(credential["userHandle"])))
    log = await database.log()
    assert f'no match in usermap "touchstone" for user "reader" authenticated as "{name}"' in log
    assert failures_in(log) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oauth_scope": "db:write"}, "(invalid_scope)"),
        ({"oauth_issuer": "{issuer}/"}, "is incompatible with oauth_issuer"),
        ({"oauth_client_id": "nobody"}, "(invalid_client)"),
    ],
    ids=["scope", "one slash more", "client"],
)
async def test_psql_says_what_is_wrong_before_anybody_is_asked(
    database: Database, service: Service, changes: dict[str, str], said: str
) -> None:
    given = {name: value.format(issuer=service.issuer) for name, value in changes.items()}
    with database.connecting(WHO, **given) as psql:
        assert await end_of(psql) == 2
    assert said in psql.output
    assert "Visit" not in psql.output
