"""The key of the authority is reached from one place, and signs what is built there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.documents import REPOSITORY

ONE_PLACE = "shared/access_broker/certificates/authority.py"
KEYS_OF_AUTHORITY = {"client_ca", "published_client_cas"}
TO_BE_SIGNED = {"certificate_to_sign", "own_certificate", "list_to_sign"}


def _named(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _users(names: set[str], *, outside: tuple[str, ...]) -> set[str]:
    return {
        each.relative_to(REPOSITORY).as_posix()
        for each in sorted((REPOSITORY / "shared").rglob("*.py"))
        if not each.relative_to(REPOSITORY).as_posix().startswith(outside)
        and not names.isdisjoint(_named(each))
    }


def test_the_key_signs_in_one_place() -> None:
    assert _users(KEYS_OF_AUTHORITY, outside=("shared/keys/",)) == {ONE_PLACE}


def test_all_that_is_built_for_it_is_signed_there() -> None:
    assert _users(TO_BE_SIGNED, outside=("shared/access/certificates/",)) == {ONE_PLACE}


def test_no_other_key_is_asked_for_there() -> None:
    asked = set(_named(REPOSITORY / ONE_PLACE))
    assert asked >= KEYS_OF_AUTHORITY
    assert asked.isdisjoint({"signing_key", "sealing_key", "checkpoint_keys", "statement_key"})
