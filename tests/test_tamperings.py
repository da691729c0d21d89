"""Each row of the table of tamperings has a test, and each such test has a row."""

import ast
from collections import Counter
from collections.abc import Iterator

from devhost.process import REPOSITORY
from tests.tamperings import NOBODY, tamperings

type Function = ast.FunctionDef | ast.AsyncFunctionDef

WHO = {
    "a reader",
    "a table writer",
    "a blob writer",
    "an instance",
    "the holder of a retired key",
    "an operator",
}


def functions() -> Iterator[tuple[str, Function, dict[str, str]]]:
    """With the texts that their modules have names for."""
    for path in sorted((REPOSITORY / "tests").rglob("test_*.py")):
        if "tampering(" in (text := path.read_text(encoding="utf-8")):
            tree = ast.parse(text)
            texts = dict(named_texts(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{path.name}::{node.name}", node, texts


def named_texts(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value


def named(function: Function, texts: dict[str, str]) -> list[str]:
    """Rows that the test is marked with."""
    calls = (call for each in function.decorator_list for call in called(each, "tampering"))
    return [read(call.args[0], texts) for call in calls]


def read(argument: ast.expr, texts: dict[str, str]) -> str:
    if isinstance(argument, ast.Name):
        return texts[argument.id]
    return str(ast.literal_eval(argument))


def called(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def test_the_rows_and_the_tests_are_the_same() -> None:
    run = Counter(name for _, function, texts in functions() for name in named(function, texts))
    assert set(run) == set(tamperings())


def test_each_test_of_a_row_compares_the_printed_sentences() -> None:
    marked = [(where, function) for where, function, texts in functions() if named(function, texts)]
    assert marked
    silent = [where for where, function in marked if not any(called(function, "assert_said"))]
    assert silent == []


def test_each_row_names_the_actor_and_the_remaining_gap() -> None:
    for row in tamperings().values():
        assert row.who in WHO, row.what
        assert row.left or row.finder != NOBODY, row.what
        assert bool(row.said) == (row.finder != NOBODY), row.what
    assert {row.who for row in tamperings().values()} == WHO
