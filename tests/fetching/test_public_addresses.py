import pytest

from shared.fetching.public_addresses import is_public

PUBLIC = ("8.8.8.8", "93.184.215.14", "100.63.255.255", "172.32.0.1", "2606:4700::1111")
NOT_PUBLIC = (
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "127.0.0.1", "127.1.2.3", "0.0.0.0"),  # noqa: S104
    *("100.64.0.1", "169.254.169.254", "169.254.130.1", "168.63.129.16"),
    *("192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("192.88.99.1", "192.31.196.1", "192.175.48.1", "192.52.193.1"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "fc00::1", "fd00::1"),
    *("fec0::1", "ff02::1", "ff0e::1", "100::1", "5f00::1", "4000::1"),
    *("2001:db8::1", "3fff::1", "2001::1", "2001:20::1", "2620:4f:8000::1"),
    # An IPv4 address in an IPv6 address
    *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8"),
    *("64:ff9b:1::1", "2002:a00:1::", "2001:0:a00:1::1"),
    # Other spellings, which some libraries read as an address
    *("127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "", "8.8.8.8 ", "[::1]"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)
