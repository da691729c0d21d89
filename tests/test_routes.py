"""The table of functions and the modules that it names have the same functions."""

import ast

import pytest

from devhost.process import REPOSITORY
from shared.functions import find_function
from shared.functions.table import FUNCTIONS

FOLDER = REPOSITORY / "shared" / "blueprints"
BY_THEMSELVES = {("unmatched", "unmatched"), ("access.page_check", "page_check")}
"""Functions with another kind of route."""


def _endpoints() -> set[tuple[str, str]]:
    return {
        (".".join(path.relative_to(FOLDER).with_suffix("").parts), node.name)
        for path in FOLDER.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
        and any("endpoint" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def test_every_endpoint_has_a_route() -> None:
    listed = {(module, name) for module, functions in FUNCTIONS.items() for name in functions}
    assert listed | BY_THEMSELVES == _endpoints()


@pytest.mark.parametrize(("module", "name"), sorted(_endpoints()))
def test_every_endpoint_is_found_under_its_name(module: str, name: str) -> None:
    assert find_function(module, name).__name__ == name
