"""The templates are complete: they parse, and every name in them is declared."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_sitter import Node

from tests.infra.bicep.parameters import (
    AZD,
    DEPLOYMENTS,
    deployed,
    filled_in,
    parameters,
    production,
)
from tests.infra.bicep.syntax import (
    INFRA,
    MAIN,
    Declared,
    broken,
    named,
    parse,
    paths,
    read,
    text,
    walk,
)
from tests.infra.bicep.user_functions import all_functions

WORKSPACE = "Microsoft.OperationalInsights/workspaces"
TEMPLATES = pytest.mark.parametrize(
    "path", paths(), ids=lambda path: path.relative_to(INFRA).as_posix()
)
MODULES = [
    pytest.param(path, declared, id=f"{path.stem}-{declared.symbol}")
    for path in paths()
    for declared in read(path).modules
]


def test_the_templates_exist() -> None:
    assert len(paths()) > 10
    assert MAIN in paths()


@TEMPLATES
def test_a_template_is_well_formed(path: Path) -> None:
    assert broken(read(path).root) == []


@pytest.mark.parametrize(
    "text",
    [b"param a string = {", b"var a = [", b"resource x 'A/b@1' = { name 'x' }", b"var a = b ?"],
)
def test_a_malformed_template_is_found(text: bytes) -> None:
    assert broken(parse(text))


@TEMPLATES
def test_every_parameter_is_described(path: Path) -> None:
    for name, parameter in read(path).parameters.items():
        assert "description" in parameter.decorators, name


@TEMPLATES
def test_a_template_begins_with_its_purpose(path: Path) -> None:
    assert path.read_text().startswith("// ")


@TEMPLATES
def test_every_name_is_declared(path: Path) -> None:
    template = read(path)
    unknown = {name for name in _names(template.root) if name not in template.symbols}
    assert unknown == set()


@TEMPLATES
def test_every_function_is_known(path: Path) -> None:
    called = {
        text(named(node)[0])
        for node in walk(read(path).root)
        if node.type == "call_expression" and not _in_decorator(node)
    }
    assert called <= all_functions(read(path)).keys()


@TEMPLATES
def test_every_declared_name_is_used(path: Path) -> None:
    template = read(path)
    declared = template.parameters.keys() | template.variables.keys()
    assert declared <= set(_names(template.root))
    mentioned = _mentioned(template.root)
    assert template.imports.keys() <= mentioned
    if path != MAIN:
        imported = {name for each in paths() for name in read(each).imports}
        mentioned |= imported
    assert template.types.keys() | template.functions.keys() <= mentioned


@TEMPLATES
def test_every_import_is_exported(path: Path) -> None:
    for name, exporter in read(path).imports.items():
        template = read(exporter)
        assert name in template.types or name in template.functions, name


def test_an_undeclared_name_is_found() -> None:
    assert list(
        _names(parse(b"var a = [for b in c: { d: b, e: '${f.g}', h: i(j, k => k == l) }]"))
    ) == [
        *("c", "f", "j", "l"),
    ]
    assert list(_names(parse(b"func a(b string) bool => b == c"))) == ["c"]


@pytest.mark.parametrize(("path", "module"), MODULES)
def test_a_module_gets_the_parameters_that_it_needs(path: Path, module: Declared) -> None:
    asked = read((path.parent / module.of).resolve()).parameters
    given = set(_given(module.body))
    required = {name for name, each in asked.items() if each.default is None}
    assert required <= given <= asked.keys()


RESTORES = INFRA / "access/restores.bicep"
"""The owners of vaults deploy it, whose subscriptions are others."""


def test_every_template_is_used_by_main() -> None:
    modules = {(path.parent / each.of).resolve() for path in paths() for each in read(path).modules}
    imports = {imported for path in paths() for imported in read(path).imports.values()}
    assert modules | imports == set(paths()) - {MAIN, RESTORES}


@TEMPLATES
def test_outputs_of_modules_that_are_used_exist(path: Path) -> None:
    modules = {each.symbol: each.of for each in read(path).modules}
    for symbol, output in re.findall(r"(\w+)(?:!?\.|\.\?)outputs\.(\w+)", path.read_text()):
        assert output in read((path.parent / modules[symbol]).resolve()).outputs


def test_azd_asks_for_an_alert_address_if_none_is_set() -> None:
    """azd asks for a text that has no default and is empty, until it is as long as it must be."""
    assert "alertAddress" not in filled_in(AZD | production())
    parameter = read(MAIN).parameters["alertAddress"]
    assert parameter.default is None
    assert int(text(parameter.decorators["minLength"])[1:-1]) == len("none")


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_resource_has_its_own_id(name: str) -> None:
    """But the workspace, of which `test_exposure.py` compares the two."""
    others = [each for each in deployed(name).resources if each.type != WORKSPACE]
    ids = [(each.id, each.scope) for each in others]
    assert len(set(ids)) == len(ids)


def test_production_is_private_zone_redundant_and_locked() -> None:
    production = parameters("production")
    assert all(
        production[name] for name in ("privateNetwork", "zoneRedundant", "frontDoor", "deleteLocks")
    )
    # Zone redundancy needs two.
    assert production["alwaysReady"] >= 2


def test_development_costs_nothing_without_sign_ins() -> None:
    development = parameters("development")
    costly = ("alwaysReady", "privateNetwork", "frontDoor", "zoneRedundant", "sentinel")
    assert not any(development[name] for name in costly)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_names_are_not_longer_than_azure_allows(name: str) -> None:
    most = {
        "Microsoft.KeyVault/vaults": 24,
        "Microsoft.Storage/storageAccounts": 24,
        # The host takes the first 32 characters for its own ID, which two apps must not share.
        "Microsoft.Web/sites": 32,
        "Microsoft.ManagedIdentity/userAssignedIdentities": 128,
    }
    for resource in deployed(name).resources:
        assert len(resource.name) <= most.get(resource.type, 260), resource.id


def _given(body: Node) -> Iterator[str]:
    """The names under `params`."""
    for node in walk(body):
        if node.type == "object_property" and text(named(node)[0]) == "params":
            for each in named(named(node)[1]):
                yield text(named(each)[0])
            return


def _names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every name that has a value, except those that loops bind."""
    if node.type == "identifier" and text(node) not in bound:
        yield text(node)
    for child in _values_of(node):
        yield from _names(child, bound | _binds(node))


def _mentioned(root: Node) -> set[str]:
    """Names of types and functions where they are used."""
    declared = {
        named(node)[0]
        for node in walk(root)
        if node.type in {"type_declaration", "user_defined_function"}
    }
    return {
        text(node)
        for node in walk(root)
        if node.type == "identifier"
        and node not in declared
        and node.parent is not None
        and node.parent.type != "import_functionality"
    }


def _values_of(node: Node) -> list[Node]:
    children = named(node)
    match node.type:
        case "decorators" | "type" | "type_declaration" | "import_functionality":
            return []
        case "user_defined_function" | "lambda_expression":
            return children[-1:]
        case "parameter_declaration" | "output_declaration" | "variable_declaration":
            return children[1:]
        case "resource_declaration" | "module_declaration":
            return children[2:]
        case "call_expression" | "for_statement":
            return children[1:]
        case "object_property":
            return children[1:] if children[0].type == "identifier" else children
    return children


def _binds(node: Node) -> frozenset[str]:
    match node.type:
        case "for_statement" | "lambda_expression":
            variables = named(node)[0]
            return frozenset(text(each) for each in named(variables) or [variables])
        case "user_defined_function":
            return frozenset(text(named(each)[0]) for each in named(named(node)[1]))
    return frozenset()


def _in_decorator(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "decorator"
