"""Which names a module defines, reads, and takes from other modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

_CALLED_BY_OTHERS = ("route", "timer_trigger", "generic_trigger", "fixture")
"""Decorators with which a function is registered somewhere. Endpoints are in a table."""
_READ_BY_OTHERS = ("__all__", "pytestmark", "pytest_plugins")


class ModuleNames(ast.NodeVisitor):
    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        self.defined = set(_defined(tree)) - set(_READ_BY_OTHERS)
        """At its top level."""
        self.read: set[str] = set()
        self.taken: set[str] = set()
        """With the modules before them, such as "shared.errors.Reason"."""
        self._modules: dict[str, str] = {}
        self._attributes: set[tuple[str, str]] = set()
        self.visit(tree)
        self.taken |= {
            f"{self._modules[value]}.{name}"
            for value, name in self._attributes
            if value in self._modules
        }

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.read.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self._attributes.add((node.value.id, node.attr))
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._modules[alias.asname or alias.name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            self.taken.add(whole)
            self._modules[alias.asname or alias.name] = whole


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if not _is_called_by_others(node):
                    yield node.name
            case ast.Assign(targets=targets):
                names = [each for target in targets for each in ast.walk(target)]
                yield from (each.id for each in names if isinstance(each, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.TypeAlias(name=ast.Name(id=name)):
                yield name


def _is_called_by_others(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    if node.name.startswith(("test_", "Test", "pytest_")):
        return True
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    names = [ast.unparse(each).rpartition(".")[2] for each in called]
    return any(name in _CALLED_BY_OTHERS or name.endswith("endpoint") for name in names)
