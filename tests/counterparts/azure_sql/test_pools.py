"""Pools of drivers hand out connections again, and to nobody else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.counterparts.azure_sql.page import documented_user
from tests.counterparts.azure_sql.programs import Program, mssql_python, pyodbc, pytds_with_a_pool
from tests.counterparts.azure_sql.server import TdsServer
from tests.counterparts.azure_sql.tokens import token
from tests.fakes.entra import OBJECT_ID
from tests.fakes.tls import Tls

ANOTHER = "another-profile"


@pytest.mark.parametrize(
    ("program", "connections"),
    [(mssql_python, 2), (pyodbc, 3), (pytds_with_a_pool, 3)],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_connection_is_handed_out_again_as_it_was_and_to_nobody_else(
    program: Callable[[], Program], connections: int, server: TdsServer, tmp_path: Path, tls: Tls
) -> None:
    server.database.users[OBJECT_ID] = ANOTHER
    own, others = token(), token(appid=OBJECT_ID)
    people = [
        {"TOKEN": own, "JTI": "first"},
        {"TOKEN": own, "JTI": "second"},
        {"TOKEN": others, "JTI": "third"},
    ]
    settings = {"PEOPLE": json.dumps(people)}
    ran = program().run_in_turn(tmp_path, server.port, authority=tls.authority, given=settings)
    user = documented_user()
    expected = [f"{user} first", f"{user} second", f"{ANOTHER} third"]
    assert ran.stdout.splitlines() == expected, ran.stderr
    assert len(server.conversations) == connections
