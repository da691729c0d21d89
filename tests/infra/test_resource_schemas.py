"""The templates set only properties that Azure's own types have."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.bicep.deployment import Resource
from tests.infra.bicep.parameters import DEPLOYMENTS, deployed
from tests.infra.bicep.runtime import Runtime
from tests.infra.bicep.syntax import resource_types
from tests.infra.schemas.extract import SCHEMAS

RESOURCES = json.loads(SCHEMAS.read_text())
# Bicep's own, which never reach Azure.
BICEPS = {"parent", "scope", "dependsOn"}
TYPES = {"string": str, "int": int, "bool": bool}
# Azure takes more here than it lists: kind "Direct" gives a rule an endpoint of its own, and
# declared streams have names of one's choice
# (learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview); kind
# "WorkspaceTransforms" makes it the workspace's, by the names of tables
# (learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations). A saved
# search is only changed under an ETag, which belongs to its properties
# (github.com/Azure/bicep-types-az/issues/1548).
UNLISTED = re.compile(
    r"Microsoft\.Insights/dataCollectionRules "
    r"(kind: '(Direct|WorkspaceTransforms)'"
    r"|properties\.dataFlows\[\d\]\.streams\[0\]: '(Custom|Microsoft-Table)-\w+') is not one of .*"
    r"|Microsoft\.OperationalInsights/workspaces/savedSearches properties\.etag: .*"
)

type Json = Any


def problems(resource: Resource) -> list[str]:
    body = {name: value for name, value in resource.body.items() if name not in BICEPS}
    schema = RESOURCES[f"{resource.type}@{resource.api_version}"]
    found = [f"{path}: {problem}" for path, problem in check(body, schema, "")]
    return [each for each in found if not UNLISTED.fullmatch(f"{resource.type} {each}")]


def check(value: Json, schema: Json, path: str) -> Iterator[tuple[str, str]]:
    if value is None or isinstance(value, Runtime) or schema == "any":
        return
    match schema:
        case {"required": inner}:
            yield from check(value, inner, path)
        case "read-only":
            yield path, "is read-only"
        case {"values": values}:
            if value not in values:
                yield path, f"{value!r} is not one of {values}"
        case {"items": items}:
            yield from _items(value, items, path)
        case {"by": discriminator, "cases": cases}:
            yield from check(value, cases[value[discriminator]], path)
        case {"properties": properties}:
            yield from _properties(value, properties, schema.get("others"), path)
        case str():
            if type(value) is not TYPES[schema]:
                yield path, f"{value!r} is not a {schema}"


def _items(value: Json, items: Json, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, "is not an array"
        return
    for index, each in enumerate(value):
        yield from check(each, items, f"{path}[{index}]")


def _properties(
    value: Json, properties: Json, others: Json, path: str
) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, "is not an object"
        return
    for name, each in value.items():
        inside = f"{path}.{name}".lstrip(".")
        if name not in properties and others is None:
            yield inside, "there is no such property"
        else:
            yield from check(each, properties.get(name, others), inside)
    for name, schema in properties.items():
        if isinstance(schema, dict) and "required" in schema and name not in value:
            yield f"{path}.{name}", "is missing"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_resource_matches_its_schema(name: str) -> None:
    found = {each.id: problems(each) for each in deployed(name).resources}
    assert {key: value for key, value in found.items() if value} == {}


def test_schemas_are_those_of_the_deployed_resources() -> None:
    assert RESOURCES.keys() - {"source"} == resource_types()


def test_everything_together_deploys_every_type() -> None:
    types = {
        f"{each.type}@{each.api_version}"
        for name in DEPLOYMENTS
        for each in deployed(name).resources
    }
    assert types == resource_types()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"allowSharedKeysAccess": False}, "no such property"),
        ({"allowSharedKeyAccess": "false"}, "not a bool"),
        ({"minimumTlsVersion": "1.2"}, "not one of"),
        ({"provisioningState": "Succeeded"}, "read-only"),
        ({"networkAcls": {"bypass": "None"}}, "missing"),
        ({"networkAcls": []}, "not an object"),
        ({"networkAcls": {"defaultAction": "Deny", "ipRules": "x"}}, "not an array"),
    ],
)
def test_a_resource_that_does_not_match_is_found(wrong: Json, problem: str) -> None:
    account = next(
        each
        for each in deployed("development").resources
        if each.type == "Microsoft.Storage/storageAccounts"
    )
    body = {**account.body, "properties": {**account.body["properties"], **wrong}}
    changed = Resource(
        type=account.type, api_version=account.api_version, body=body, existing=False
    )
    assert problem in "".join(problems(changed))
