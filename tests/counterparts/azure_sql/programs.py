"""The programs of docs/azure-sql.md: what runs each of them, and how it is told of the server."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.counterparts.azure_sql.installation import LIBRARIES, NODE_DRIVER, PYTHON_DRIVERS
from tests.counterparts.azure_sql.page import documented
from tests.generated_clients.tools import NODE

USER_GIVES_UP = 60  # seconds
_ODBC = """[ODBC]
Pooling=Yes

[ODBC Driver 18 for SQL Server]
Description=Microsoft's, in the package of mssql-python
Driver={driver}
CPTimeout=60
"""
_HOST, _PORT = "<server>.database.windows.net", "1433"


@dataclass(frozen=True, kw_only=True)
class Program:
    language: str
    number: int
    """Of the blocks in that language."""
    changes: Mapping[str, str] = field(default_factory=dict)

    def run(
        self, folder: Path, port: int, *, authority: Path, given: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """`given` are settings of the environment."""
        return self._run(folder, self._write(folder, port), authority, given)

    def run_in_turn(
        self, folder: Path, port: int, *, authority: Path, given: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """`PEOPLE` in `given` are the settings for each of them."""
        self._write(folder, port)
        return self._run(folder, Path(__file__).with_name("in_turn.py"), authority, given)

    def _write(self, folder: Path, port: int) -> Path:
        path = folder / ("program.py" if self.language == "python" else "program.mjs")
        path.write_text(self._code(port), encoding="utf-8")
        return path

    def _run(
        self, folder: Path, path: Path, authority: Path, given: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        authorities = dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), str(authority))
        (driver,) = PYTHON_DRIVERS.folder.rglob("debian_ubuntu/*/lib/libmsodbcsql-*")
        (folder / "odbcinst.ini").write_text(_ODBC.format(driver=driver), encoding="utf-8")
        return subprocess.run(
            list(map(str, (*self._command(folder), path))),
            env=os.environ | authorities | {"ODBCSYSINI": str(folder)} | given,
            cwd=folder,
            timeout=USER_GIVES_UP,
            capture_output=True,
            text=True,
            check=False,
        )

    def _code(self, port: int) -> str:
        replaced = {_HOST: "localhost", _PORT: str(port), "<database>": "orders"}
        code = documented(self.language, replaced)[self.number]
        for old, new in self.changes.items():
            assert old in code, old
            code = code.replace(old, new)
        return code

    def _command(self, folder: Path) -> tuple[str | Path, ...]:
        if self.language == "python":
            return LIBRARIES.command(str(PYTHON_DRIVERS.program("python")))
        (folder / "node_modules").symlink_to(NODE_DRIVER.modules)
        return (NODE,)


def exchange(issuer: str, profile: str) -> Program:
    """It prints the settings of the others."""
    changes = {"<ISSUER>": issuer, "orders-reader": profile}
    return Program(language="python", number=0, changes=changes)


def exchange_of_a_client(issuer: str, profile: str) -> Program:
    """As `exchange`, for an application."""
    changes = {"<ISSUER>": issuer, "orders-reader": profile}
    return Program(language="python", number=1, changes=changes)


def mssql_python(*, strict: bool = False) -> Program:
    changes = {"Encrypt=yes": "Encrypt=strict"} if strict else {}
    return Program(language="python", number=2, changes=changes)


def pyodbc() -> Program:
    return Program(language="python", number=3)


def pytds() -> Program:
    return Program(language="python", number=4)


def pytds_with_a_pool() -> Program:
    pooling = {"validate_host=True,": "validate_host=True, pooling=True,"}
    return Program(language="python", number=4, changes=pooling)


def tedious(*, strict: bool = False) -> Program:
    changes = {"encrypt: true": 'encrypt: "strict"'} if strict else {}
    return Program(language="js", number=0, changes=changes)


def tedious_with_a_token() -> Program:
    asked = '{ type: "token-credential", options: { credential: profile } }'
    given = '{ type: "azure-active-directory-access-token", options: { token: process.env.TOKEN } }'
    return Program(language="js", number=0, changes={asked: given})
