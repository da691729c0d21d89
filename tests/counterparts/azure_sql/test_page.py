"""The SQL of docs/azure-sql.md: a parser knows it, and what a session is told works once."""

from pathlib import Path

import pytest

from tests.counterparts.azure_sql.database import Session
from tests.counterparts.azure_sql.installation import PYTHON_DRIVERS
from tests.counterparts.azure_sql.page import documented
from tests.counterparts.azure_sql.tds.answers import SqlError
from tests.counterparts.installation import check_installed, run


def parse(path: Path) -> None:
    """Raise AssertionError for what is no Transact-SQL."""
    program = PYTHON_DRIVERS.program("sqlfluff")
    run(program, "parse", "--dialect", "tsql", "--nocolor", "--ignore-local-config", path)


def test_a_parser_knows_the_sql(tmp_path: Path) -> None:
    check_installed(PYTHON_DRIVERS)
    blocks = documented("sql")
    path = tmp_path / "page.sql"
    path.write_text("GO\n".join(blocks), encoding="utf-8")
    parse(path)
    path.write_text(blocks[0].replace("EXTERNAL PROVIDER", "EXTERNAL"), encoding="utf-8")
    with pytest.raises(AssertionError):
        parse(path)


def test_a_session_keeps_what_it_is_told_first() -> None:
    (statement,) = (each for each in documented("sql") if each.startswith("EXEC"))
    session = Session(user="orders")
    assert session.execute(statement) is None
    assert session.context == {"touchstone_jti": "<jti>"}
    with pytest.raises(SqlError) as refused:
        session.execute(statement.replace("<jti>", "another"))
    assert refused.value.number == 15664
    assert session.context == {"touchstone_jti": "<jti>"}
