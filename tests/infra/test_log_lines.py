"""Lines of the log and members of /health: alerts and documents name only existing ones,
and each one that reports trouble."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from devhost.process import REPOSITORY
from shared.blueprints.openapi import read_description
from tests.infra.kusto_check import all_queries

BAD = ("warning", "error", "exception", "critical")
DOCUMENTS = ("runbooks.md", "disasters.md", "keys.md", "restore.md", "identity-providers.md")
MEMBER = re.compile(r"`(degraded|shipping)\.(\w+)\.?(\w*)")
SEALED, SHIPPED = "sealed ", "shipped to "
# The beginning of what was asked for, in place of a constant.
SEARCHED = re.compile(r'Message startswith "([^"]+)"')
# `problem.slug` and what went wrong: that one request failed, which is not what anybody looks up.
OF_A_REQUEST = {"shared/handling/refusals.py"}


def written(*levels: str) -> set[str]:
    """What each call begins with, up to what is filled in; those that begin with that are left."""
    found = {text for path in _paths() for text in _calls(path, levels)}
    return {text for text in (each.partition("%")[0].strip(" :") for each in found) if text}


def _paths() -> Iterator[str]:
    for path in (REPOSITORY / "shared").rglob("*.py"):
        name = path.relative_to(REPOSITORY).as_posix()
        if name not in OF_A_REQUEST:
            yield name


def _calls(path: str, levels: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="logger"), attr=level),
                args=[ast.Constant(value=str(text)), *_],
            ) if level in levels:
                yield text


def test_log_lines_that_alerts_search_for_exist() -> None:
    searched = {text for query in all_queries().values() for text in SEARCHED.findall(query)}
    assert len(searched) == 4
    lines = written(*BAD)
    assert {text for text in searched if not any(line.startswith(text) for line in lines)} == {
        SEALED,
        SHIPPED,
    }
    # Of each run. What is filled in: `tests/audit_log/destinations/test_monitor.py`.
    assert {SEALED.strip(), SHIPPED.strip()} <= written("info")


def test_every_logged_error_has_an_alert_or_is_documented() -> None:
    searched = {text for query in all_queries().values() for text in SEARCHED.findall(query)}
    documented = _documents()
    errors = written("error", "critical")
    assert len(errors) > 5
    unwatched = {line for line in errors if not line.startswith(tuple(searched))}
    assert {line for line in unwatched if f"`{line}" not in documented} == set()


def test_members_of_health_that_documents_name_exist() -> None:
    named = MEMBER.findall(_documents())
    assert len(named) > 3
    assert {".".join(path) for path in named} <= set(_members())


def test_each_trouble_that_health_reports_is_documented() -> None:
    documented = _documents()
    troubles = _schemas()["HealthFaults"]["properties"]
    unnamed = {
        name for name in troubles if f"`{name}`" not in documented and f".{name}" not in documented
    }
    assert unnamed == set()


def _documents() -> str:
    texts = [(REPOSITORY / "docs" / name).read_text(encoding="utf-8") for name in DOCUMENTS]
    return " ".join(" ".join(texts).split())


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = read_description()["components"]["schemas"]
    return schemas


def _members() -> Iterator[str]:
    schemas = _schemas()
    for name, parts, part in (
        ("degraded", "HealthFaults", "HealthFault"),
        ("shipping", "ShippingLags", "ShippingLag"),
    ):
        for each in schemas[parts]["properties"]:
            yield from (f"{name}.{each}.{inner}" for inner in schemas[part]["properties"])
            yield f"{name}.{each}."
