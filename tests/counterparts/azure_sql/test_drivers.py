"""Drivers of others bring a token: the right one opens the database, and others do not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.counterparts.azure_sql.page import documented_user
from tests.counterparts.azure_sql.programs import (
    Program,
    mssql_python,
    pyodbc,
    pytds,
    tedious,
    tedious_with_a_token,
)
from tests.counterparts.azure_sql.server import TdsServer
from tests.counterparts.azure_sql.tds.packets import Kind
from tests.counterparts.azure_sql.tokens import database, token
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.tls import Tls, make_tls

JTI = "r8ZfRz3QxTnq1cS0mWlO7Q"
PROGRAMS = (mssql_python, pyodbc, pytds, tedious, tedious_with_a_token)
REFUSED = "Login failed for user '<token-identified principal>'."

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)


def run(
    program: Program, server: TdsServer, folder: Path, tls: Tls, given: str
) -> subprocess.CompletedProcess[str]:
    settings = {"TOKEN": given, "JTI": JTI}
    return program.run(folder, server.port, authority=tls.authority, given=settings)


@each_program
def test_a_program_works_as_the_principal_of_its_token(
    program: Callable[[], Program], server: TdsServer, tmp_path: Path, tls: Tls
) -> None:
    ran = run(program(), server, tmp_path, tls, token())
    assert ran.stdout == f"{documented_user()} {JTI}\n", ran.stderr
    assert server.faults == []
    (session,) = server.database.sessions
    assert session.context == {"touchstone_jti": JTI}
    (conversation,) = server.conversations
    assert (Kind.TOKEN in conversation.kinds) is (program is tedious)
    assert conversation.login is not None
    named = "MSSQL-Python" if program is mssql_python else JTI
    assert (conversation.login.program, conversation.login.database) == (named, "orders")
    assert not conversation.strict


@pytest.mark.parametrize("program", [mssql_python, tedious], ids=lambda each: each.__name__)
def test_a_program_may_begin_with_tls(
    program: Callable[..., Program], server: TdsServer, tmp_path: Path, tls: Tls
) -> None:
    ran = run(program(strict=True), server, tmp_path, tls, token())
    assert ran.stdout == f"{documented_user()} {JTI}\n", ran.stderr
    assert [each.strict for each in server.conversations] == [True]


@pytest.mark.parametrize(
    "changes",
    [{"aud": "https://vault.azure.net"}, {"exp": 1}],
    ids=["another audience", "expired"],
)
@each_program
def test_a_program_with_another_token_is_refused(
    program: Callable[[], Program],
    changes: dict[str, object],
    server: TdsServer,
    tmp_path: Path,
    tls: Tls,
) -> None:
    given = token(**changes)
    ran = run(program(), server, tmp_path, tls, given)
    assert ran.returncode != 0
    assert REFUSED in ran.stderr
    assert given not in ran.stdout + ran.stderr
    assert (server.database.sessions, server.faults) == ([], [])
    assert server.database.refusals


@pytest.mark.parametrize("names", [("localhost",), ("another.example",)], ids=str)
@pytest.mark.parametrize("program", PROGRAMS[:4], ids=lambda each: each.__name__)
def test_a_program_gives_its_token_to_no_server_that_is_not_certified(
    program: Callable[[], Program], names: tuple[str, ...], tls: Tls, tmp_path: Path
) -> None:
    """By an authority that it trusts, for the name that it asked for."""
    presented = make_tls(tmp_path, *names)
    trusted = tls if "localhost" in names else presented
    with in_a_thread(TdsServer(tls=presented, database=database())) as server:
        ran = run(program(), server, tmp_path, trusted, token())
    assert ran.returncode != 0
    assert server.conversations
    assert {each.login for each in server.conversations} == {None}
