"""psql connects to PostgreSQL by an access profile, and a person approves it with a passkey."""

import asyncio
import base64
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import expect

from devhost.process import Child
from tests.authenticator import base64url
from tests.browser.visitor import Visitor
from tests.counterparts.psql.administration import Administration
from tests.counterparts.psql.conftest import documented
from tests.counterparts.psql.database import Database
from tests.counterparts.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHO = "select system_user, current_user"
NOT_ALLOWED = "The access profile does not allow this connection. (access_denied)"


@pytest_asyncio.fixture(loop_scope="session")
async def subject(registered: Visitor) -> str:
    (credential,) = await registered.authenticator.credentials()
    return base64url.encode(base64.b64decode(str(credential["userHandle"])))


@pytest_asyncio.fixture(loop_scope="session")
async def member(registered: Visitor, administration: Administration, subject: str) -> Visitor:
    """The profile admits this person."""
    await administration.put_into("dba", subject)
    return registered


@dataclass(frozen=True, slots=True)
class Shown:
    uri: str
    code: str


async def shown_by(psql: Child) -> Shown:
    pattern = r"^Visit (\S+) and enter the code: (\S+)$"
    return Shown(*(await asyncio.to_thread(psql.wait_for, pattern)).groups())


async def look(visitor: Visitor, shown: Shown, *, name: str = "orders") -> None:
    """The person types both, and does not follow a link."""
    page = visitor.page
    await page.goto(shown.uri)
    await page.get_by_label("The code that your device shows").fill(shown.code.lower())
    await visitor.button("Next").click()
    await expect(page.locator("#shown-code")).to_have_text(shown.code)
    await expect(page.locator("#client-name")).to_have_text("psql")
    await expect(page.locator("#database-title")).to_have_text("Orders, reading")
    await expect(page.locator("#database-name")).to_have_text(name)
    await expect(page.locator("#database-host")).to_have_text("db.example.com:5432")
    await expect(page.locator("#database-role")).to_have_text("reader")
    await expect(page.locator("#tokens")).to_be_hidden()


async def approve(visitor: Visitor, shown: Shown, *, name: str = "orders") -> None:
    await look(visitor, shown, name=name)
    await visitor.button("Approve with a passkey").click()
    await expect(visitor.page.locator("#approved")).to_be_visible()


async def reject(visitor: Visitor, shown: Shown) -> None:
    await look(visitor, shown)
    await visitor.button("Reject").click()
    await expect(visitor.page.locator("#rejected")).to_be_visible()


async def is_refused(visitor: Visitor, text: str) -> None:
    visitor.expected_complaints.add("status of 403 ")
    await visitor.button("Approve with a passkey").click()
    await expect(visitor.page.locator("#refused-title")).to_be_focused()
    await expect(visitor.page.locator("#why")).to_contain_text(text)


def failures_in(log: str) -> int:
    return log.count("FATAL:  OAuth bearer authentication failed")


async def end_of(psql: Child) -> int:
    return await asyncio.to_thread(psql.wait)


async def test_a_person_approves_a_connection_with_a_passkey(
    database: Database, member: Visitor, service: Service, subject: str
) -> None:
    before = failures_in(await database.log())
    with database.connecting(WHO) as psql:
        shown = await shown_by(psql)
        assert shown.uri == f"{service.issuer}/device"
        await approve(member, shown)
        assert await end_of(psql) == 0
    assert f"\noauth:{subject}|reader\n" in psql.output
    # The connection without a token. The documentation warns of it.
    assert failures_in(await database.log()) == before + 1


async def test_psql_may_have_a_secret(
    database: Database, member: Visitor, service: Service, subject: str
) -> None:
    """It sends it as HTTP Basic, and then no `client_id` in the form."""
    _, client = documented()
    document = client | {"id": "psql-of-jobs", "authentication": {"method": "secret"}}
    secret = await service.add_client(document, secret=True)
    named = {"oauth_client_id": "psql-of-jobs", "oauth_client_secret": secret}
    with database.connecting(WHO, **named) as psql:
        await approve(member, await shown_by(psql))
        assert await end_of(psql) == 0
    assert f"oauth:{subject}" in psql.output


async def test_a_person_rejects_a_connection(database: Database, member: Visitor) -> None:
    with database.connecting(WHO) as psql:
        await reject(member, await shown_by(psql))
        assert await end_of(psql) == 2
    assert "The person rejected this sign-in. (access_denied)" in psql.output


async def test_each_connection_is_an_approval_of_its_own(
    database: Database, member: Visitor, subject: str
) -> None:
    with database.connecting(WHO) as first, database.connecting(WHO) as second:
        shown = [await shown_by(each) for each in (first, second)]
        assert shown[0].code != shown[1].code
        await approve(member, shown[0])
        assert await end_of(first) == 0
        await reject(member, shown[1])
        assert await end_of(second) == 2
    assert f"oauth:{subject}" in first.output
    assert f"oauth:{subject}" not in second.output


async def test_who_is_not_admitted_is_told_at_the_page_and_by_psql(
    database: Database, registered: Visitor, administration: Administration
) -> None:
    with database.connecting(WHO) as psql:
        await look(registered, await shown_by(psql))
        await is_refused(registered, "does not admit you")
        assert await end_of(psql) == 2
    assert NOT_ALLOWED in psql.output


async def test_who_leaves_the_group_before_the_approval_gets_nothing(
    database: Database, member: Visitor, administration: Administration, subject: str
) -> None:
    with database.connecting(WHO) as psql:
        await look(member, await shown_by(psql))
        await administration.take_out_of("dba", subject)
        await is_refused(member, "does not admit you")
        assert await end_of(psql) == 2
    assert NOT_ALLOWED in psql.output


async def test_who_is_suspended_before_the_approval_gets_nothing(
    database: Database, member: Visitor, administration: Administration, subject: str
) -> None:
    with database.connecting(WHO) as psql:
        shown = await shown_by(psql)
        await look(member, shown)
        await administration.suspend(subject)
        member.expected_complaints.add("status of 403 ")
        await member.button("Approve with a passkey").click()
        await member.warns("was not accepted")
        await reject(member, shown)
        assert await end_of(psql) == 2
    assert f"oauth:{subject}" not in psql.output


async def test_no_other_role_than_that_of_the_profile_is_given(
    database: Database, member: Visitor, subject: str
) -> None:
    before = failures_in(await database.log())
    with database.connecting(WHO, user="writer") as psql:
        await approve(member, await shown_by(psql))
        assert await end_of(psql) == 2
    assert failures_in(await database.log()) == before + 2


async def test_a_token_for_another_database_opens_this_one_not(
    database: Database, member: Visitor
) -> None:
    """Who changes the scope is shown the other database."""
    with database.connecting(WHO, oauth_scope="db:second") as psql:
        await approve(member, await shown_by(psql), name="second")
        assert await end_of(psql) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oauth_scope": "db:write"}, "(invalid_scope)"),
        ({"oauth_scope": "'db:orders db:second'"}, "(invalid_scope)"),
        ({"oauth_issuer": "{issuer}/"}, "is incompatible with oauth_issuer"),
        ({"oauth_client_id": "nobody"}, "(invalid_client)"),
    ],
    ids=["scope", "two scopes", "one slash more", "client"],
)
async def test_psql_says_what_is_wrong_before_anybody_is_asked(
    database: Database,
    administration: Administration,
    service: Service,
    changes: dict[str, str],
    said: str,
) -> None:
    given = {name: value.format(issuer=service.issuer) for name, value in changes.items()}
    with database.connecting(WHO, **given) as psql:
        assert await end_of(psql) == 2
    assert said in psql.output
    assert "Visit" not in psql.output
