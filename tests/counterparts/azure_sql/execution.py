"""Runs what a client asks for in a session."""

from tests.counterparts.azure_sql.database import Row, Session, named
from tests.counterparts.azure_sql.tds import answers, requests
from tests.counterparts.azure_sql.tds.requests import Call, Value

_HANDLE = 1
"""Of what is prepared. Whoever prepares here also executes at once."""


def run_statement(session: Session, content: bytes) -> bytes:
    found = session.execute(requests.statement(content))
    return _rows(found) + answers.done(rows=None if found is None else 1)


def run_call(session: Session, content: bytes) -> bytes:
    call = requests.call(content)
    values = [value for _, value in call.parameters]
    match call.procedure:
        case requests.EXECUTE | "sp_executesql":
            return _procedure(_execute(session, values))
        case requests.PREPARE_AND_EXECUTE | "sp_prepexec":
            # The handle comes first, and then the declaration before the statement.
            _, declared, statement, *given = values
            found = _execute(session, [statement, declared, *given])
            return _procedure(found, answers.returned_number("", _HANDLE))
        case "sp_reset_connection":
            session.reset()
        case str(name) if name.removeprefix("sys.") == "sp_set_session_context":
            session.set_context(**_arguments(call))
    return _procedure(None)


def _execute(session: Session, values: list[Value]) -> Row | None:
    statement, *more = values
    declared, given = (more[0], more[1:]) if more else ("", [])
    return session.execute(str(statement), named(str(declared or ""), given))


def _arguments(call: Call) -> dict[str, Value]:
    names = ("key", "value", "read_only")
    return {
        given.removeprefix("@") or name: value
        for (given, value), name in zip(call.parameters, names, strict=False)
    }


def _rows(found: Row | None) -> bytes:
    if found is None:
        return b""
    return answers.row([f"column{number}" for number, _ in enumerate(found, 1)], found)


def _procedure(found: Row | None, values: bytes = b"") -> bytes:
    rows = None if found is None else 1
    return answers.procedure_done(_rows(found), rows=rows, values=values)
