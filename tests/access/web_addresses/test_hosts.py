"""Hosts of protected sites have one spelling."""

import pytest

from shared.access.web_addresses.hosts import HostRefused, Site, parse_site


@pytest.mark.parametrize(
    ("text", "scheme", "origin"),
    [
        ("wiki.example.com", "https", "https://wiki.example.com"),
        ("WIKI.Example.com", "https", "https://wiki.example.com"),
        ("wiki.example.com.", "https", "https://wiki.example.com"),
        ("wiki.example.com:443", "https", "https://wiki.example.com"),
        ("wiki.example.com.:443", "wss", "https://wiki.example.com"),
        ("wiki.example.com:8443", "https", "https://wiki.example.com:8443"),
        ("wiki.example.com:80", "https", "https://wiki.example.com:80"),
        ("wiki", "https", "https://wiki"),
        ("localhost:80", "http", "http://localhost"),
        ("wiki.localhost:8080", "ws", "http://wiki.localhost:8080"),
    ],
)
def test_a_site_is_known_by_its_origin(text: str, scheme: str, origin: str) -> None:
    assert parse_site(text, scheme=scheme).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "wiki..example.com",
        "wiki.example.com..",
        ".wiki.example.com",
        "-wiki.example.com",
        "wiki_.example.com",
        "wiki.example.com:",
        "wiki.example.com:0",
        "wiki.example.com:0443",
        "wiki.example.com:65536",
        "wiki.example.com:443:443",
        "wiki.example.com/",
        "wiki.example.com\\@evil",
        "alice@wiki.example.com",
        "wiki.example.com, evil.example",
        "wiki.example.com evil.example",
        "wiki.example.com\n",
        "wiki.example.com#",
        "wiki.example.com?x",
        "\u212aiki.example.com",
        "wiki\u3002example.com",
        "127.0.0.1",
        "0x7f.1",
        "[::1]",
        "*.example.com",
        "a" * 64,
        ".".join(["a" * 60] * 5),
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(HostRefused):
        parse_site(text, scheme="https")


@pytest.mark.parametrize("scheme", ["http", "ws", "", "HTTPS", "ftp", "https,http"])
def test_only_this_machine_has_sites_without_tls(scheme: str) -> None:
    with pytest.raises(HostRefused):
        parse_site("wiki.example.com", scheme=scheme)


def test_a_site_compares_by_what_it_is() -> None:
    assert parse_site("A.example", scheme="https") == Site("a.example", "https")
