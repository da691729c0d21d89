"""Every function of a store that changes a record requires the event of that change."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STORAGE = Path(__file__).parents[2] / "shared" / "storage"
WRITES = {"insert", "replace", "upsert", "merge", "delete", "transact", "write"}
"""The methods of a table that write."""
EVENTS = {"Statement", "Statement | NoEvent"}
TABLES = {"Table", "VersionedTable"}
WITHOUT_EVENT = {
    "ApprovalStore.sweep": "removes approvals of 90 days ago; each change has its event",
    "AuditLog": "holds the sealed events",
    "AuditOutbox": "holds the events that are not sealed yet",
    "ChallengeStore": "a challenge is no record",
    "CredentialIds": "a reservation; the event is written with the credential",
    "CursorStore": "how far the log was read",
    "DeviceCodeStore.add": "a device that waits is no record",
    "DeviceCodeStore.claim_with_event": "requires the event, or the notice of it",
    "DeviceCodeStore.decide": "an approval has its event when the session opens",
    "DeviceCodeStore.sweep": "removes devices whose time is over",
    "ErasureStore.note": "how far an erasure is; its beginning and its end have events",
    "EventIds": "which events are sealed",
    "ExchangedTokens": "its row is made with the notice of the exchange",
    "IssuedCertificates.sweep": "removes certificates whose time is over",
    "LimitStore": "counters",
    "LogoutNotices.put": "whom to tell of an end, which has an event",
    "AccountStore.renew": "nothing changes but the version",
    "GroupStore.close": "the removal of the group, or its refusal, has an event",
    "MemberIndex": "the event is beside the row of the account",
    "NoticeStore.remove": "it was told, or did not happen",
    "NoticeStore.replace": "when it is told again",
    "PeopleIndex": "where in the log a person is named",
    "RegistrationStore.release": "a reservation",
    "RegistrationStore.reserve": "a reservation",
    "RestoreStore.sweep": "removes restores of 90 days ago; each change has its event",
    "SealedValueStore.add": "a pushed request is no record",
    "SealedValueStore.claim": "a pushed request is no record",
    "SealedValueStore.claim_with_event": "requires the event, or the notice of it",
    "ServiceKey": "made once, before anything else is stored",
    "ServiceKeyStore": "made once, before anything else is stored",
    "SessionStore.remove_over": "removes sessions that have expired; their opening has its event",
    "StrayReservations": "removes reservations",
    "Tombstones": "keep the events of attempts that were given up from being written",
}
"""Classes and methods that need no event, and why."""


@dataclass(frozen=True)
class Function:
    folder: str
    owner: str
    node: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.node.name}" if self.owner else self.node.name

    def __iter__(self) -> Iterator[ast.AST]:
        return ast.walk(self.node)

    @property
    def is_public(self) -> bool:
        return not self.node.name.startswith("_")

    @property
    def requires_event(self) -> bool:
        arguments = self.node.args
        return any(
            argument.arg == "event"
            and default is None
            and argument.annotation is not None
            and ast.unparse(argument.annotation) in EVENTS
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        )


def test_a_change_cannot_be_written_without_its_event() -> None:
    assert [each.name for each in _without_event() if not _is_exempt(each)] == []


def test_each_exemption_is_needed() -> None:
    needed = {name for each in _without_event() for name in (each.name, each.owner)}
    assert set(WITHOUT_EVENT) <= needed


def test_writers_are_found() -> None:
    """A writer writes itself, by a function of the module, or by another store."""
    names = {function.name for function in _writers()}
    assert {"SessionStore.end", "RegistrationStore.add_credential", "LinkStore.add"} <= names
    assert {"StrayReservations.sweep", "ErasureStore.note", "SessionStore.remove_over"} <= names
    assert not {"SessionStore.find", "AccountStore.find_account", "LinkStore.find"} & names


def _without_event() -> list[Function]:
    return [each for each in _writers() if not each.requires_event]


def _is_exempt(function: Function) -> bool:
    return function.name in WITHOUT_EVENT or function.owner in WITHOUT_EVENT


@cache
def _writers() -> list[Function]:
    """Return the public functions of stores that write rows."""
    functions = list(_functions())
    writing: list[Function] = []
    while True:
        found = [each for each in functions if any(_writes(part, each, writing) for part in each)]
        if found == writing:
            return [each for each in found if each.is_public and each.folder != "tables"]
        writing = found


def _writes(part: ast.AST, function: Function, writing: list[Function]) -> bool:
    """Return whether it names a table method that writes, or a function that is known to write."""
    match part:
        case ast.Name(name):
            return any(not each.owner and each.node.name == name for each in writing)
        case ast.Attribute(ast.Name("self"), name):
            return any(each.owner == function.owner and each.node.name == name for each in writing)
        case ast.Attribute(ast.Attribute(ast.Name("self"), kept), name):
            return name in WRITES or any(
                each.node.name == name and _holds(kept, each.owner) for each in writing
            )
        case ast.Attribute(_, name):
            return name in WRITES
    return False


def _holds(attribute: str, owner: str) -> bool:
    """By its name: `_credential_ids` is a `CredentialIds`, `_ids` too."""
    return bool(owner) and owner.lower().endswith(attribute.strip("_").replace("_", ""))


def _functions() -> Iterator[Function]:
    for path in sorted(set(STORAGE.rglob("*.py")) - set((STORAGE / "table_service").iterdir())):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for owner, each in _defined_in(node):
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield Function(path.parent.name, owner, each)


def _defined_in(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    if not isinstance(node, ast.ClassDef):
        yield "", node
    elif node.name not in TABLES:
        yield from ((node.name, each) for each in node.body)
