"""Which values Azure refuses because of the types of parameters, before it evaluates anything."""

from collections.abc import Iterator, Mapping
from typing import Any

from tree_sitter import Node

from tests.infra.bicep.syntax import Template, decorators, named, read, text

type Value = Any
type Decorators = Mapping[str, Node]

_PRIMITIVES = {"array": list, "bool": bool, "int": int, "object": dict, "string": str}


def refusals(template: Template, given: Mapping[str, Value]) -> list[str]:
    asked = template.parameters
    missing = [name for name, each in asked.items() if each.default is None and name not in given]
    found = [f"{name}: is missing" for name in missing]
    found += [f"{name}: there is no such parameter" for name in given if name not in asked]
    for name, value in given.items():
        if name in asked:
            walk = _Walk(template)
            (kind,) = named(asked[name].kind)
            found += walk.check(value, kind, asked[name].decorators, name)
    return found


class _Walk:
    def __init__(self, template: Template) -> None:
        self._template = template

    def check(self, value: Value, kind: Node, around: Decorators, path: str) -> Iterator[str]:
        match kind.type:
            case "union_type":
                yield from _union(value, kind, path)
            case "array_type":
                yield from self._list(value, kind, path)
            case "object":
                yield from self._object(value, kind, around, path)
            case "identifier":
                yield from self._alias(value, text(kind), path)
            case "nullable_type":
                if value is not None:
                    yield from self.check(value, named(kind)[0], {}, path)
            case _:
                yield from _primitive(value, text(kind), path)
        yield from _bounds(value, around, path)

    def _list(self, value: Value, kind: Node, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: is not a list"
            return
        (items,) = named(kind)
        for index, each in enumerate(value):
            yield from self.check(each, _inner(items), {}, f"{path}[{index}]")

    def _object(self, value: Value, kind: Node, around: Decorators, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: is not an object"
            return
        known = dict(_properties(kind))
        others = known.pop("*", None)
        for name, (inner, before) in known.items():
            if name in value:
                yield from self.check(value[name], inner, before, f"{path}.{name}")
            elif inner.type != "nullable_type":
                yield f"{path}.{name}: is missing"
        for name in value.keys() - known.keys():
            if others:
                yield from self.check(value[name], others[0], others[1], f"{path}.{name}")
            elif "sealed" in around:
                yield f"{path}.{name}: there is no such property"

    def _alias(self, value: Value, name: str, path: str) -> Iterator[str]:
        if name in _PRIMITIVES:
            yield from _primitive(value, name, path)
        elif name in self._template.types:
            declared = self._template.types[name]
            yield from self.check(value, declared.type, declared.decorators, path)
        else:
            yield from _Walk(read(self._template.imports[name]))._alias(value, name, path)


def _properties(kind: Node) -> Iterator[tuple[str, tuple[Node, Decorators]]]:
    before: Node | None = None
    for node in named(kind):
        if node.type == "decorators":
            before = node
            continue
        *name, inner = named(node)
        yield text(name[0]) if name else "*", (_inner(inner), dict(decorators(before)))
        before = None


def _inner(kind: Node) -> Node:
    return named(kind)[0] if kind.type == "type" else kind


def _union(value: Value, kind: Node, path: str) -> Iterator[str]:
    allowed = [text(each).strip("'") for each in named(kind)]
    literal = str if named(kind)[0].type == "string" else int
    if not isinstance(value, literal) or str(value) not in allowed:
        yield f"{path}: is not one of {', '.join(allowed)}"


def _primitive(value: Value, name: str, path: str) -> Iterator[str]:
    if not isinstance(value, _PRIMITIVES[name]) or (name == "int" and isinstance(value, bool)):
        yield f"{path}: is not of type {name}"


def _bounds(value: Value, around: Decorators, path: str) -> Iterator[str]:
    bounds = {name: int(text(node)[1:-1]) for name, node in around.items() if name in _BOUNDS}
    for name, bound in bounds.items():
        size = (
            value if name.endswith("Value") else len(value) if hasattr(value, "__len__") else None
        )
        if type(size) is int and not _BOUNDS[name](size, bound):
            yield f"{path}: {name} is {bound}"


_BOUNDS = {
    "minLength": int.__ge__,
    "maxLength": int.__le__,
    "minValue": int.__ge__,
    "maxValue": int.__le__,
}
