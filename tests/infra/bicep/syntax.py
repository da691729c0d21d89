"""What a Bicep file declares, by tree-sitter's grammar; nothing is evaluated here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

INFRA = Path(__file__).resolve().parents[3] / "infra"
MAIN = INFRA / "main.bicep"
_LANGUAGE = Language(tree_sitter_bicep.language())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    type: str
    kind: Node
    default: Node | None
    decorators: Mapping[str, Node]
    """By name; each holds its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserType:
    type: Node
    decorators: Mapping[str, Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A resource or a module."""

    symbol: str
    of: str
    """Its type and version, or its path."""
    existing: bool
    body: Node
    """An object, or a loop or condition around one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    path: Path
    scope: str
    parameters: Mapping[str, Parameter]
    variables: Mapping[str, Node]
    resources: tuple[Declared, ...]
    modules: tuple[Declared, ...]
    outputs: Mapping[str, Node]
    types: Mapping[str, UserType]
    functions: Mapping[str, Node]
    imports: Mapping[str, Path]
    """By name, the template that exports it."""
    root: Node

    @property
    def symbols(self) -> set[str]:
        declared = {each.symbol for each in (*self.resources, *self.modules)}
        return declared | self.parameters.keys() | self.variables.keys()


def paths() -> list[Path]:
    return sorted(INFRA.rglob("*.bicep"))


@cache
def read(path: Path) -> Template:
    root = parse(path.read_bytes())
    return Template(
        path=path,
        scope=_scope(root),
        parameters=dict(_parameters(root)),
        variables=dict(_named(root, "variable_declaration")),
        resources=tuple(_declared(root, "resource_declaration")),
        modules=tuple(_declared(root, "module_declaration")),
        outputs=dict(_named(root, "output_declaration")),
        types=dict(_types(root)),
        functions=dict(_functions(root)),
        imports=dict(_imports(root, path.parent)),
        root=root,
    )


def parse(text: bytes) -> Node:
    return Parser(_LANGUAGE).parse(text).root_node


def broken(node: Node) -> list[str]:
    """Where the grammar did not fit."""
    return [
        f"line {each.start_point[0] + 1}" for each in walk(node) if each.is_error or each.is_missing
    ]


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


def text(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()


COMMENTS = ("comment", "diagnostic_comment")


def named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type not in COMMENTS]


def resource_types() -> set[str]:
    """Every type that a template deploys, with its version."""
    return {
        declared.of
        for path in paths()
        for declared in read(path).resources
        if not declared.existing
    }


def _scope(root: Node) -> str:
    for node in named(root):
        if node.type == "target_scope_assignment":
            return text(named(node)[0]).strip("'")
    return "resourceGroup"


def _parameters(root: Node) -> Iterator[tuple[str, Parameter]]:
    for before, node in _declarations(root, "parameter_declaration"):
        name, kind, *default = named(node)
        yield (
            text(name),
            Parameter(
                type=text(kind),
                kind=kind,
                default=default[0] if default else None,
                decorators=dict(decorators(before)),
            ),
        )


def _types(root: Node) -> Iterator[tuple[str, UserType]]:
    for before, node in _declarations(root, "type_declaration"):
        name, kind = named(node)
        yield text(name), UserType(type=kind, decorators=dict(decorators(before)))


def _functions(root: Node) -> Iterator[tuple[str, Node]]:
    for _, node in _declarations(root, "user_defined_function"):
        yield text(named(node)[0]), node


def _imports(root: Node, folder: Path) -> Iterator[tuple[str, Path]]:
    for _, node in _declarations(root, "import_functionality"):
        *names, path = named(node)
        for name in names:
            yield text(name), (folder / text(path).strip("'")).resolve()


def _declarations(root: Node, kind: str) -> Iterator[tuple[Node | None, Node]]:
    before: Node | None = None
    for node in named(root):
        if node.type == kind:
            yield before, node
        before = node if node.type == "decorators" else None


def decorators(node: Node | None) -> Iterator[tuple[str, Node]]:
    for decorator in named(node) if node else ():
        function, arguments = named(named(decorator)[0])
        yield text(function), arguments


def _named(root: Node, kind: str) -> Iterator[tuple[str, Node]]:
    for _, node in _declarations(root, kind):
        yield text(named(node)[0]), named(node)[-1]


def _declared(root: Node, kind: str) -> Iterator[Declared]:
    for _, node in _declarations(root, kind):
        symbol, of, body = named(node)
        yield Declared(
            symbol=text(symbol),
            of=text(of).strip("'"),
            existing=any(child.type == "existing" for child in node.children),
            body=body,
        )
