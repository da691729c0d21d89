"""The value of a Bicep expression, given the values of the names in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from tests.infra.bicep.runtime import Runtime
from tests.infra.bicep.syntax import named, text

type Value = Any
_ESCAPES = {"\\'": "'", "\\\\": "\\", "\\n": "\n", "\\$": "$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Values are found when they are asked for, so that none is needed that is not used."""

    find: Callable[[str], Value]
    functions: Mapping[str, Callable[..., Value]]
    bound: Mapping[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        return self.bound[name] if name in self.bound else self.find(name)

    def binding(self, **values: Value) -> "Names":
        bound = {**self.bound, **values}
        return Names(find=self.find, functions=self.functions, bound=bound)


def evaluate(node: Node, names: Names) -> Value:
    return _KINDS[node.type](node, names)


def iterations(loop: Node, names: Names) -> Iterator[tuple[Node, Names]]:
    """The body of a loop with what is bound in each turn."""
    variables, of, *_ = named(loop)
    item, *index = [text(each) for each in named(variables)] or [text(variables)]
    for number, value in enumerate(evaluate(of, names)):
        counted = dict.fromkeys(index, number)
        yield named(loop)[-1], names.binding(**{item: value}, **counted)


def condition_and_body(node: Node) -> tuple[Node, Node]:
    condition, body = named(node)
    return condition, body


def _string(node: Node, names: Names) -> str:
    _, *parts, end = node.children
    spaces = [text(end)[:-1]] if text(end) != "'" else []
    return _one_text([each for part in parts for each in _part(part, names)] + spaces)


def _one_text(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "".join(parts)


def _part(part: Node, names: Names) -> list[str]:
    """The grammar takes spaces before a place, or before the end, for a part of it."""
    if part.type != "interpolation":
        return [_ESCAPES.get(text(part), text(part))]
    spaces, _, _ = text(part).partition("${")
    value = evaluate(named(part)[0], names)
    return [*filter(None, [spaces]), value if isinstance(value, str) else str(value)]


def _object(node: Node, names: Names) -> dict[str, Value]:
    return dict(_property(each, names) for each in named(node))


def _property(node: Node, names: Names) -> tuple[str, Value]:
    key, value = named(node)
    name = text(key) if key.type == "identifier" else _string(key, names)
    return name, evaluate(value, names)


def _array(node: Node, names: Names) -> list[Value]:
    return [evaluate(each, names) for each in named(node)]


def _loop(node: Node, names: Names) -> list[Value]:
    return [evaluate(body, inner) for body, inner in iterations(node, names)]


def _ternary(node: Node, names: Names) -> Value:
    condition, yes, no = named(node)
    return evaluate(yes if evaluate(condition, names) else no, names)


def _binary(node: Node, names: Names) -> Value:
    left, right = named(node)
    operator = node.child_by_field_name("operator")
    assert operator is not None
    return _OPERATORS[text(operator)](evaluate(left, names), lambda: evaluate(right, names))


_OPERATORS: Mapping[str, Callable[[Value, Callable[[], Value]], Value]] = {
    "==": lambda left, right: left == right(),
    "!=": lambda left, right: left != right(),
    "&&": lambda left, right: left and right(),
    "||": lambda left, right: left or right(),
    "??": lambda left, right: right() if left is None else left,
    "<": lambda left, right: left < right(),
    "<=": lambda left, right: left <= right(),
    ">": lambda left, right: left > right(),
    ">=": lambda left, right: left >= right(),
    "+": lambda left, right: left + right(),
    "-": lambda left, right: left - right(),
}


def _not(node: Node, names: Names) -> bool:
    assert text(node).startswith("!")
    return not evaluate(named(node)[0], names)


def _call(node: Node, names: Names) -> Value:
    function, arguments = named(node)
    return names.functions[text(function)](*_array(arguments, names))


# The grammar binds these closer than Bicep does: `a ? b : c.d` is read as `(a ? b : c).d`. The
# templates are written so that it does not matter.
_LOOSE = {"binary_expression", "ternary_expression", "unary_expression"}


def _member(node: Node, names: Names) -> Value:
    of, name = named(node)
    assert of.type not in _LOOSE, f"write {text(node)!r} in another way"
    value = evaluate(of, names)
    if callable(value):
        # `each => each.name` is read as `(each => each).name`.
        return lambda *given: member(value(*given), text(name))
    if value is None and _is_safe(node):
        return None
    if _asks(node) and isinstance(value, Mapping):
        return value.get(text(name))
    return member(value, text(name))


def _is_safe(node: Node) -> bool:
    """`.?` ends the whole chain of members, not only its own."""
    if node.type != "member_expression":
        return False
    return _asks(node) or _is_safe(named(node)[0])


def _asks(node: Node) -> bool:
    return any(child.type == ".?" for child in node.children)


def member(of: Value, name: str) -> Value:
    if isinstance(of, Mapping):
        return of[name]
    if isinstance(of, Runtime):
        return of.member(name)
    return getattr(of, name)


def _subscript(node: Node, names: Names) -> Value:
    of, index = (evaluate(each, names) for each in named(node))
    return of[index]


def _lambda(node: Node, names: Names) -> Callable[..., Value]:
    variables, body = named(node)
    known = [text(each) for each in named(variables)] or [text(variables)]
    return lambda *given: evaluate(body, names.binding(**dict(zip(known, given, strict=True))))


_KINDS: Mapping[str, Callable[[Node, Names], Value]] = {
    "array": _array,
    "binary_expression": _binary,
    "boolean": lambda node, _names: text(node) == "true",
    "call_expression": _call,
    "for_statement": _loop,
    "identifier": lambda node, names: names.value(text(node)),
    "lambda_expression": _lambda,
    "member_expression": _member,
    "null": lambda _node, _names: None,
    "number": lambda node, _names: int(text(node)),
    "object": _object,
    "parenthesized_expression": lambda node, names: evaluate(named(node)[0], names),
    "string": _string,
    "subscript_expression": _subscript,
    "ternary_expression": _ternary,
    "unary_expression": _not,
}
