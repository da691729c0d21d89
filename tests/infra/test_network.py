"""The virtual network: its subnets, and the names that resolve in it."""

from tests.infra.bicep.deployment import Resource, deploy
from tests.infra.bicep.parameters import deployed, parameters

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNETS = f"{NETWORK}/subnets"


def subnets() -> dict[str, Resource]:
    return {each.name: each for each in deployed("production").of_type(SUBNETS)}


def test_a_deployment_keeps_subnets_that_it_does_not_know() -> None:
    """Azure removes every subnet that a network's own list does not name."""
    (network,) = deployed("production").properties(NETWORK)
    assert network.keys() == {"addressSpace"}
    assert subnets().keys() == {"app", "endpoints", "runner"}


def test_subnets_are_written_one_after_the_other() -> None:
    """Azure refuses two writes to one network at once."""
    earlier = {
        name: [before.name for before in each.body.get("dependsOn", [])]
        for name, each in subnets().items()
    }
    assert earlier == {"app": [], "endpoints": ["app"], "runner": ["endpoints"]}


def test_only_the_subnet_of_the_app_is_delegated() -> None:
    delegated = {
        name for name, each in subnets().items() if "delegations" in each.body["properties"]
    }
    assert delegated == {"app"}


def test_the_address_range_of_the_network_can_be_chosen() -> None:
    other = deploy(parameters("production") | {"networkPrefix": "172.20"})
    (network,) = other.properties(NETWORK)
    assert network["addressSpace"] == {"addressPrefixes": ["172.20.0.0/16"]}
    ranges = [each["addressPrefix"] for each in other.properties(SUBNETS)]
    assert ranges == ["172.20.0.0/24", "172.20.1.0/24", "172.20.2.0/24"]


def test_no_subnet_has_a_default_outgoing_address() -> None:
    for each in deployed("production").properties(SUBNETS):
        assert each["defaultOutboundAccess"] is False


def test_the_private_names_resolve_in_the_network() -> None:
    everything = deployed("production")
    zones = everything.of_type("Microsoft.Network/privateDnsZones")
    links = everything.of_type("Microsoft.Network/privateDnsZones/virtualNetworkLinks")
    (network,) = everything.of_type(NETWORK)
    assert {each.body["parent"].name for each in links} == {each.name for each in zones}
    assert all(each.body["properties"]["virtualNetwork"]["id"] == network.id for each in links)
