"""Templates without user-defined types and functions, which checkov's parser cannot read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from tests.infra.bicep.syntax import named, parse, text, walk

_DROPPED = {"import_functionality", "type_declaration", "user_defined_function"}
_BASES = {"array_type": "array", "object": "object"}
_PLAIN = {"array", "bool", "int", "object", "string"}

type Edit = tuple[int, int, bytes]


def copy_without_types(templates: Path, folder: Path) -> None:
    shutil.copytree(templates, folder)
    for path in folder.rglob("*.bicep"):
        path.write_bytes(without_types(path.read_bytes()))


def without_types(source: bytes) -> bytes:
    for start, end, new in sorted(_edits(parse(source)), reverse=True):
        source = source[:start] + new + source[end:]
    return source


def _edits(root: Node) -> Iterator[Edit]:
    yield from _dropped(root)
    own = set(_declared(root))
    for node in named(root):
        if node.type in {"parameter_declaration", "output_declaration"}:
            kind = named(node)[1]
            yield _replaced(kind, _base(kind))
        if node.type not in {*_DROPPED, "decorators"}:
            yield from _calls(node, own)


def _declared(root: Node) -> Iterator[str]:
    """Names of our own types and functions."""
    for node in named(root):
        if node.type in _DROPPED:
            yield from (text(each) for each in named(node) if each.type == "identifier")


def _dropped(root: Node) -> Iterator[Edit]:
    before: Node | None = None
    for node in named(root):
        if node.type in _DROPPED:
            start = before.start_byte if before else node.start_byte
            yield start, node.end_byte, b""
        before = node if node.type == "decorators" else None


def _base(kind: Node) -> str:
    (inner,) = named(kind)
    if inner.type == "union_type":
        return "int" if named(inner)[0].type == "number" else "string"
    if inner.type in _BASES:
        return _BASES[inner.type]
    # A type of our own: an object, unless it says another base.
    return text(inner) if text(inner) in _PLAIN else "object"


def _calls(node: Node, own: set[str]) -> Iterator[Edit]:
    """Calls that checkov cannot read become an empty text. They check parameters, and make no
    resource."""
    if node.type == "call_expression" and _is_unreadable(node, own):
        yield _replaced(node, "''")
        return
    for child in named(node):
        yield from _calls(child, own)


def _is_unreadable(call: Node, own: set[str]) -> bool:
    """Of functions of our own, of `fail`, with a lambda, or of nothing but such calls."""
    function, arguments = named(call)
    if text(function) in {*own, "fail"}:
        return True
    if any(each.type == "lambda_expression" for each in walk(arguments)):
        return True
    given = named(arguments)
    return bool(given) and all(
        each.type == "call_expression" and _is_unreadable(each, own) for each in given
    )


def _replaced(node: Node, new: str) -> Edit:
    return node.start_byte, node.end_byte, new.encode()
