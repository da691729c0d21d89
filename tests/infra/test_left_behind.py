"""The blocks of docs/changes.md delete all that a parameter leaves in Azure, and in an order that
Azure accepts.
"""

import json
import re

import pytest

from tests.infra.bicep.deployment import Resource, deploy
from tests.infra.bicep.parameters import Parameters, parameters
from tests.infra.subscription.scenes import blocks

# Azure deletes it with its parent.
WITH_ITS_PARENT = {
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
}
PAGES_ELSEWHERE = {"customDomain": "", "origins": ["https://app.example.com"]}


def left_by(switch: str, given: Parameters) -> list[Resource]:
    """But for what is a part of another resource."""
    kept = {each.id for each in deploy(given | {switch: False}).resources}
    return [
        each
        for each in deploy(given | {switch: True}).resources
        if each.id not in kept
        and each.scope is None
        and each.type not in WITH_ITS_PARENT
        and not each.type.startswith("Microsoft.Cdn/profiles/")
    ]


def kinds(heading: str) -> list[str]:
    """That a loop deletes, in its order."""
    (block,) = blocks("changes.md", heading)
    listed, body = re.findall(r"for kind in (.*); do\n((?:  .*\n)+)done", block)[0]
    prefix = re.search(r'--resource-type "(.*)\$kind"', body)
    assert prefix is not None
    return [f"{prefix[1]}{each}" for each in listed.split()]


@pytest.mark.parametrize(
    ("switch", "heading", "other"),
    [
        ("privateNetwork", "A private network", {"deployerAddresses": []}),
        ("frontDoor", "Front Door and your own domain", PAGES_ELSEWHERE),
    ],
)
def test_everything_that_is_left_is_deleted_before_what_it_needs(
    switch: str, heading: str, other: Parameters
) -> None:
    left = left_by(switch, parameters("production") | other)
    order = kinds(heading)
    assert {each.type for each in left} == set(order)
    for each in left:
        needed = {other.type for other in left if other is not each and needs(each, other)}
        assert all(order.index(each.type) < order.index(kind) for kind in needed - {each.type})


def needs(resource: Resource, other: Resource) -> bool:
    if resource.body.get("parent") is other:
        return True
    text = json.dumps(resource.body, default=str)
    return re.search(rf'{re.escape(other.id)}["/]', text) is not None
