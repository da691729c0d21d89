"""A database of Azure SQL: who its users are, and the few statements of the documentation."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.counterparts.azure_sql.entra_tokens import Entra, Refused, principal_of
from tests.counterparts.azure_sql.tds.answers import SqlError, login_failed
from tests.counterparts.azure_sql.tds.requests import Value

_SET = re.compile(
    r"sp_set_session_context\s+@key\s*=\s*(?P<key>\S+)\s*,\s*@value\s*=\s*(?P<value>\S+)"
    r"(?:\s*,\s*@read_only\s*=\s*(?P<read_only>[^\s;]+))?\s*;?\s*$"
)
_SELECTED = re.compile(
    r"(?P<user>USER_NAME\(\))|CAST\(SESSION_CONTEXT\(N'(?P<key>[^']*)'\) AS nvarchar\(\d+\)\)"
)
_LITERAL = re.compile(r"N?'([^']*)'|(\d+)")

type Row = list[str | None]


@dataclass(kw_only=True)
class Session:
    """What a connection is told, and what it answers."""

    user: str
    context: dict[str, str] = field(default_factory=dict)
    _read_only: set[str] = field(default_factory=set)

    def execute(self, sql: str, values: Mapping[str, Value] | None = None) -> Row | None:
        """`values` are those of parameters. Other statements than those of the documentation
        succeed and do nothing."""
        if found := _SET.search(sql):
            given = [_meant(each, values or {}) for each in found.groups()]
            self.set_context(*given)
            return None
        if not sql.lstrip().upper().startswith("SELECT"):
            return None
        return [
            self.user if found["user"] else self.context.get(found["key"])
            for found in _SELECTED.finditer(sql)
        ] or None

    def set_context(self, key: Value, value: Value, read_only: Value = None) -> None:
        if str(key) in self._read_only:
            text = f"Cannot set key '{key}' in the session context. It is read-only."
            raise SqlError(15664, text)
        self.context[str(key)] = str(value)
        if read_only:
            self._read_only.add(str(key))

    def reset(self) -> None:
        self.context.clear()
        self._read_only.clear()


@dataclass(kw_only=True)
class Database:
    entra: Entra
    users: dict[str, str]
    """CREATE USER … FROM EXTERNAL PROVIDER: names by the ID of the principal."""
    sessions: list[Session] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def sign_in(self, token: str) -> Session:
        try:
            user = self._user(principal_of(token, self.entra))
        except Refused as refused:
            self.refusals.append(str(refused))
            raise login_failed() from refused
        self.sessions.append(Session(user=user))
        return self.sessions[-1]

    def _user(self, principal: str) -> str:
        if principal not in self.users:
            raise Refused("the principal is no user of this database")
        return self.users[principal]


def _meant(written: str | None, values: Mapping[str, Value]) -> Value:
    """A literal, or the parameter of that name."""
    if written is None or written in values:
        return None if written is None else values[written]
    found = _LITERAL.fullmatch(written)
    if found is None:
        raise SqlError(137, f"Must declare the scalar variable {written}.", state=2, severity=15)
    return found[1] if found[2] is None else int(found[2])


def named(declared: str, given: Iterable[Value]) -> dict[str, Value]:
    """The values of parameters by the names in their declaration."""
    return dict(zip(re.findall(r"@\w+", declared), given, strict=True))
