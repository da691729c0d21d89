"""A client cannot change its address with headers."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.client_address import client_address, parse_address
from shared.rate_limits.addresses import TrustedProxies, counted_as, read_trusted_proxies

PLATFORM = TrustedProxies()
LOCAL = TrustedProxies(hops=0)
FRONT_DOOR_ID = "55ce4ed1-4b06-4bf1-b40e-4638452104da"
BEHIND_FRONT_DOOR = TrustedProxies(hops=1, front_door_id=FRONT_DOOR_ID)
CLIENT, EDGE, LIE = "203.0.113.7", "147.243.0.9", "198.51.100.66"


def seen(proxies: TrustedProxies, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return counted_as(client_address(named, proxies))


@pytest.mark.parametrize(
    "written",
    [
        "",
        LIE,
        f"{LIE}, {LIE}",
        f"{LIE}:1",
        ",,,",
        f"{CLIENT},{LIE}",
        "\x00",
        "unknown",
        "[::1]:9",
        "x" * 9000,
        f"for={LIE}",
    ],
)
def test_only_the_last_element_of_x_forwarded_for_is_used(written: str) -> None:
    forwarded = ", ".join(filter(None, [written, f"{CLIENT}:52011"]))
    assert seen(PLATFORM, x_forwarded_for=forwarded) == CLIENT


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "x_real_ip",
        "x_client_ip",
        "client_ip",
        "true_client_ip",
        "cf_connecting_ip",
        "x_azure_clientip",
        "x_azure_socketip",
        "x_original_host",
        "x_azure_fdid",
        "x_forwarded_host",
    ],
)
@pytest.mark.parametrize("proxies", [PLATFORM, BEHIND_FRONT_DOOR])
def test_no_other_header_is_used(header: str, proxies: TrustedProxies) -> None:
    honest = seen(proxies, x_forwarded_for=f"{CLIENT}:1")
    assert honest == CLIENT
    assert seen(proxies, x_forwarded_for=f"{CLIENT}:1", **{header: LIE}) == honest


def test_behind_front_door_its_own_element_is_used() -> None:
    forwarded = f"{LIE}, {CLIENT}, {EDGE}:443"
    through = seen(BEHIND_FRONT_DOOR, x_forwarded_for=forwarded, x_azure_fdid=FRONT_DOOR_ID)
    assert through == CLIENT


@pytest.mark.parametrize("sent", ["", "55ce4ed1", f"{FRONT_DOOR_ID},{FRONT_DOOR_ID}", "é", LIE])
def test_a_client_that_bypasses_front_door_has_its_own_address(sent: str) -> None:
    past = seen(BEHIND_FRONT_DOOR, x_forwarded_for=f"{LIE}, {CLIENT}:9", x_azure_fdid=sent)
    assert past == CLIENT


def test_more_hops_use_an_element_further_left() -> None:
    two = TrustedProxies(hops=2)
    assert seen(two, x_forwarded_for=f"{LIE}, {CLIENT}, {EDGE}") == CLIENT
    assert seen(two, x_forwarded_for=EDGE) == "unknown"


def test_without_hops_no_header_is_trusted() -> None:
    assert seen(LOCAL, x_forwarded_for=LIE, x_azure_clientip=LIE) == "unknown"
    assert seen(LOCAL) == "unknown"


@pytest.mark.parametrize("element", ["", "unknown", "_hidden", "1.2.3.4.5", "[::1", "fe80::1%1%2"])
def test_invalid_addresses_are_one_unknown_client(element: str) -> None:
    assert seen(PLATFORM, x_forwarded_for=element) == "unknown"


@given(st.ip_addresses(v=4), st.integers(0, 65535))
def test_ipv4_is_read_with_and_without_a_port(address: IPv4Address, port: int) -> None:
    assert parse_address(str(address)) == parse_address(f"{address}:{port}") == address


@given(st.ip_addresses(v=6), st.integers(0, 65535))
def test_ipv6_is_read_with_and_without_brackets_and_port(address: IPv6Address, port: int) -> None:
    forms = (f"{address}", f"[{address}]", f"[{address}]:{port}", address.exploded)
    assert {parse_address(form) for form in forms} == {address.ipv4_mapped or address}


@given(st.ip_addresses(v=4))
def test_an_ipv4_mapped_ipv6_address_is_the_same_client(address: IPv4Address) -> None:
    assert parse_address(f"[::ffff:{address}]:5") == address


@given(st.text())
def test_any_element_is_read_as_an_address_or_as_none(element: str) -> None:
    address = parse_address(element)
    assert address is None or parse_address(str(address)) is not None


@given(st.text(), st.sampled_from([PLATFORM, BEHIND_FRONT_DOOR]))
def test_elements_that_a_client_prepends_are_never_used(
    written: str, proxies: TrustedProxies
) -> None:
    assert seen(proxies, x_forwarded_for=f"{written},{CLIENT}:80") == CLIENT


def test_ipv6_clients_are_counted_by_64_bit_prefix() -> None:
    one, other = ip_address("2001:db8:1:2::1"), ip_address("2001:db8:1:2:ffff::9")
    assert counted_as(one) == counted_as(other) == "2001:db8:1:2::/64"
    assert counted_as(ip_address("2001:db8:1:3::1")) != counted_as(one)


def test_zones_do_not_make_more_clients() -> None:
    zones = [parse_address(f"[fe80::1%{zone}]:1") for zone in ("1", "eth0")]
    assert {counted_as(zone) for zone in zones} == {"fe80::/64"}


def test_settings_are_read() -> None:
    assert read_trusted_proxies(None, None) == PLATFORM
    assert read_trusted_proxies("0", None) == LOCAL
    assert read_trusted_proxies("1", FRONT_DOOR_ID.upper()) == BEHIND_FRONT_DOOR


@pytest.mark.parametrize(
    ("hops", "front_door_id", "problem"),
    [
        ("-1", None, "TRUSTED_PROXY_HOPS: '-1' is not a whole number from 0 to 5"),
        ("6", None, "TRUSTED_PROXY_HOPS"),
        ("", None, "TRUSTED_PROXY_HOPS"),
        ("٣", None, "TRUSTED_PROXY_HOPS"),
        ("1", "front-door", "FRONT_DOOR_ID: 'front-door' is not a GUID"),
        ("0", FRONT_DOOR_ID, "FRONT_DOOR_ID: behind a Front Door, TRUSTED_PROXY_HOPS is at least"),
    ],
)
def test_wrong_settings_are_refused_clearly(
    hops: str, front_door_id: str | None, problem: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_trusted_proxies(hops, front_door_id)
