"""What docs/azure-sql.md shows, for the addresses of a test."""

import re
from collections.abc import Mapping

from tests.counterparts.documents import blocks

_USER = re.compile(r"CREATE USER \[([^\]]+)\] FROM EXTERNAL PROVIDER;")


def documented(language: str, replacements: Mapping[str, str] | None = None) -> list[str]:
    return blocks("azure-sql.md", language, replacements or {}, folder="docs")


def documented_user() -> str:
    (user,) = _USER.findall("".join(documented("sql")))
    return str(user)
