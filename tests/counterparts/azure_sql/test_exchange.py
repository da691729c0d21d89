"""From a passkey to the database: the token comes out of an exchange at the service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.counterparts.azure_sql.client import CLIENT
from tests.counterparts.azure_sql.page import documented_user
from tests.counterparts.azure_sql.people import Ada
from tests.counterparts.azure_sql.programs import Program, mssql_python, pytds, tedious
from tests.counterparts.azure_sql.server import TdsServer

REFUSED = "Login failed for user '<token-identified principal>'."


each_program = pytest.mark.parametrize(
    "program", [mssql_python, pytds, tedious], ids=lambda each: each.__name__
)


@each_program
async def test_a_query_says_which_exchange_it_belongs_to(
    program: Callable[[], Program], ada: Ada, server: TdsServer, tmp_path: Path
) -> None:
    settings = await ada.settings("orders-reader", tmp_path)
    ran = program().run(tmp_path, server.port, authority=server.tls.authority, given=settings)
    assert ran.stdout == f"{documented_user()} {settings['JTI']}\n", ran.stderr
    (session,) = server.database.sessions
    (event,) = [
        each for each in await ada.granted() if each["token"] == session.context["touchstone_jti"]
    ]
    assert (event["outcome"], event["facts"]["profile"]) == ("success", "orders-reader")


@each_program
async def test_an_application_that_a_person_signed_in_to_gets_in_for_this_person(
    program: Callable[[], Program], ada: Ada, server: TdsServer, tmp_path: Path
) -> None:
    settings = await ada.settings_of_client("orders-of-shop", tmp_path)
    ran = program().run(tmp_path, server.port, authority=server.tls.authority, given=settings)
    assert ran.stdout == f"{documented_user()} {settings['JTI']}\n", ran.stderr
    (event,) = [each for each in await ada.granted() if each["token"] == settings["JTI"]]
    assert (event["outcome"], event["facts"]["profile"]) == ("success", "orders-of-shop")
    assert event["facts"]["client"] == CLIENT


async def test_what_is_for_an_application_is_not_for_the_person_alone(
    ada: Ada, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="HTTP Error 400"):
        await ada.settings("orders-of-shop", tmp_path)


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        ("orders-storage", "InvalidAudienceError"),
        ("billing-reader", "no user of this database"),
    ],
)
@each_program
async def test_the_token_of_another_profile_is_refused(
    program: Callable[[], Program],
    profile: str,
    why: str,
    ada: Ada,
    server: TdsServer,
    tmp_path: Path,
) -> None:
    settings = await ada.settings(profile, tmp_path)
    ran = program().run(tmp_path, server.port, authority=server.tls.authority, given=settings)
    assert ran.returncode != 0
    assert REFUSED in ran.stderr
    assert server.database.sessions == []
    (refusal,) = server.database.refusals
    assert why in refusal
