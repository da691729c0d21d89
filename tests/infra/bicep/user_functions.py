"""The functions that a template can call: Bicep's, its own, and those that it imports."""

from collections.abc import Callable, Mapping
from typing import Any

from tree_sitter import Node

from tests.infra.bicep.expressions import Names, evaluate
from tests.infra.bicep.functions import functions
from tests.infra.bicep.syntax import Template, named, read, text

type Value = Any
type Function = Callable[..., Value]


def all_functions(template: Template) -> Mapping[str, Function]:
    known: dict[str, Function] = dict(functions(template.path.parent))
    for name, path in template.imports.items():
        if name in read(path).functions:
            known[name] = all_functions(read(path))[name]
    for name, node in template.functions.items():
        known[name] = _function(node, known)
    return known


def _function(node: Node, known: Mapping[str, Function]) -> Function:
    _, parameters, _, body = named(node)
    names = [text(named(each)[0]) for each in named(parameters)]

    def function(*given: Value) -> Value:
        bound = dict(zip(names, given, strict=True))
        return evaluate(body, Names(find=_unknown, functions=known, bound=bound))

    return function


def _unknown(name: str) -> Value:
    """A function knows only its own parameters."""
    raise KeyError(name)
