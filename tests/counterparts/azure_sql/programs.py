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
_HOST, _PORT = "<server>.database.windows.net", "1433"


@dataclass(frozen=True, kw_only=True)
class Program:
    language: str
    number: int
    """Of the blocks in that language."""
    changes: Mapping[str, str] = field(default_factory=dict)

    def run(
        self, folder: Path, port: int, *, authority: Path, token: str, jti: str
    ) -> subprocess.CompletedProcess[str]:
        path = folder / ("program.py" if self.language == "python" else "program.mjs")
        path.write_text(self._code(port), encoding="utf-8")
        settings = {
            "TOKEN": token,
            "JTI": jti,
            "SSL_CERT_FILE": str(authority),
            "NODE_EXTRA_CA_CERTS": str(authority),
        }
        return subprocess.run(
            list(map(str, (*self._command(folder), path))),
            env=os.environ | settings,
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


def _odbc_driver() -> str:
    """In the package of mssql-python. Elsewhere it is installed under its name."""
    (path,) = PYTHON_DRIVERS.folder.rglob("debian_ubuntu/x86_64/lib/libmsodbcsql-*")
    return str(path)


def mssql_python(*, strict: bool = False) -> Program:
    changes = {"Encrypt=yes": "Encrypt=strict"} if strict else {}
    return Program(language="python", number=0, changes=changes)


def pyodbc() -> Program:
    driver = {"{ODBC Driver 18 for SQL Server}": _odbc_driver()}
    return Program(language="python", number=1, changes=driver)


def pytds() -> Program:
    return Program(language="python", number=2)


def tedious(*, strict: bool = False) -> Program:
    changes = {"encrypt: true": 'encrypt: "strict"'} if strict else {}
    return Program(language="js", number=0, changes=changes)


def tedious_with_a_token() -> Program:
    asked = '{ type: "token-credential", options: { credential: profile } }'
    given = '{ type: "azure-active-directory-access-token", options: { token: process.env.TOKEN } }'
    return Program(language="js", number=0, changes={asked: given})
