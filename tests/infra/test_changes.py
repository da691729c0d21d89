"""docs/changes.md says of each parameter what its change does, as far as the templates show it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from devhost.process import REPOSITORY
from tests.infra.bicep.deployment import Resource, deploy
from tests.infra.bicep.functions import DeploymentRefused
from tests.infra.bicep.parameters import ENVIRONMENTS, parameters
from tests.infra.bicep.syntax import MAIN, read

type Value = Any

PAGE = (REPOSITORY / "docs" / "changes.md").read_text(encoding="utf-8")
ROWS = {
    name: (set(effects.split(", ")), how)
    for name, effects, how in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
}
EFFECTS = {
    effect
    for effect, _ in re.findall(
        r"^\| ([A-Za-z ]+) \| (.+) \|$", PAGE.split("## Each")[0], re.MULTILINE
    )
} - {"effect"}
# What is refused may depend on more than these changes show.
REFUSED = {"refused by us", "refused by Azure"}
ANOTHER = {
    "environmentName": "other",
    "location": "northeurope",
    "principalId": "99999999-2222-3333-4444-555555555555",
    "principalType": "Group",
    "rpId": "login.example.com",
    "rpName": "Another",
    "origins": ["https://login.example.com", "https://other.example.com"],
    "settings": {"REGISTRATION": "open"},
    "memoryMB": 4096,
    "httpConcurrency": 8,
    "alwaysReady": 3,
    "maximumInstances": 200,
    "networkPrefix": "10.9",
    "deployerAddresses": ["192.0.2.1/32"],
    "customDomain": "auth.example.com",
    "logDays": 60,
    "immutableDays": 7,
    "alertAddress": "somebody@example.com",
    "alertEmails": ["another@example.com"],
    "urgentAddress": "urgent@example.com",
    "runbooksUrl": "https://wiki.example.com/runbooks",
    "clientCa": "vault",
    "accessProfiles": [{"name": "sql", "subjects": [{"name": "ada", "subject": "a"}]}],
}
BEFORE = {name: parameters(name) for name in ENVIRONMENTS}
# Only such a service can have an RP ID of its own and no Front Door.
PAGES_ELSEWHERE = "pages elsewhere"
BEFORE[PAGES_ELSEWHERE] = parameters("production") | {
    "customDomain": "",
    "origins": ["https://app.example.com"],
}
GROUP, SITE, CONFIG = (
    "Microsoft.Resources/resourceGroups",
    "Microsoft.Web/sites",
    "Microsoft.Web/sites/config",
)
ACCOUNT = "Microsoft.Storage/storageAccounts"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"


type Place = tuple[str, str]
"""A type of resources and a path of properties."""


@dataclass(frozen=True, slots=True)
class Deployed:
    properties: Mapping[tuple[str, str | None], Mapping[Place, str]]
    """By the ID and the scope of the resource."""

    def differing(self, other: "Deployed") -> set[Place]:
        """In resources that both have."""
        return {
            place
            for each in self.properties.keys() & other.properties.keys()
            for place, _ in self.properties[each].items() ^ other.properties[each].items()
        }


@cache
def before(name: str) -> Deployed:
    return seen(BEFORE[name])


def seen(given: Mapping[str, Value]) -> Deployed:
    return Deployed(
        {
            (each.id, each.scope): {(each.type, path): value for path, value in leaves(each.body)}
            for each in deploy(given).resources
        }
    )


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    """A list counts as one value."""
    if isinstance(value, Resource):
        yield path, value.id
    elif isinstance(value, dict):
        yield path, ""
        for name, each in value.items():
            yield from leaves(each, f"{path}/{name}")
    else:
        yield path, json.dumps(value, default=str)


def effects(name: str, environment: str) -> set[str]:
    """Of a change from the values of that environment, and back."""
    given = BEFORE[environment]
    try:
        after = seen(given | {name: ANOTHER.get(name, not given.get(name))})
    except DeploymentRefused:
        return {"refused by us"}
    found = before(environment).differing(after)
    gone = before(environment).properties.keys() ^ after.properties.keys()
    return set(_effects(found, gone))


def _effects(found: set[Place], gone: set[tuple[str, str | None]]) -> Iterator[str]:
    paths = {path for kind, path in found if kind == CONFIG}
    if any(identity.startswith(GROUP) for identity, _ in gone):
        yield "another deployment"
        return
    if (GROUP, "/location") in found:
        yield "refused by Azure"
        return
    if any(kind in (SITE, CONFIG) for kind, _ in found):
        yield "restart"
    if "/properties/RP_ID" in paths:
        yield "void passkeys"
    if "/properties/ISSUER" in paths:
        yield "void tokens"
    if gone:
        yield "leaves"
    yield from _outages(found)
    yield from _refusals(found)


def _outages(found: set[Place]) -> Iterator[str]:
    closing = {
        (ACCOUNT, "/properties/publicNetworkAccess"),
        (SITE, "/properties/siteConfig/ipSecurityRestrictionsDefaultAction"),
        ("Microsoft.Cdn/profiles/afdEndpoints/routes", "/properties/customDomains"),
    }
    if closing & found:
        yield "outage"


def _refusals(found: set[Place]) -> Iterator[str]:
    fixed = {
        (ACCOUNT, "/sku/name"),
        (SUBNET, "/properties/addressPrefix"),
        (ASSIGNMENT, "/properties/principalType"),
    }
    if fixed & found:
        yield "refused by Azure"


def test_every_parameter_has_its_row_and_no_other() -> None:
    assert list(ROWS) == list(read(MAIN).parameters)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_the_effects_that_the_templates_show(name: str) -> None:
    said, how = ROWS[name]
    starts = BEFORE if name == "frontDoor" else ENVIRONMENTS
    shown = {each for environment in starts for each in effects(name, environment)}
    assert said <= EFFECTS
    assert said - REFUSED - {"nothing"} == shown - REFUSED
    assert shown & REFUSED <= said
    assert ("nothing" in said) == (said <= {"nothing", "refused by us"})
    assert how


def test_every_effect_is_explained_and_used() -> None:
    assert {each for said, _ in ROWS.values() for each in said} == EFFECTS
