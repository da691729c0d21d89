"""Hosts of protected sites have one spelling."""

import pytest

from shared.access.web_addresses.hosts import HostRefused, Site, parse_site


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("wiki.example.com", "https://wiki.example.com"),
        ("WIKI.Example.com", "https://wiki.example.com"),
        ("wiki.example.com.", "https://wiki.example.com"),
        ("wiki.example.com:443", "https://wiki.example.com"),
        ("wiki.example.com.:443", "https://wiki.example.com"),
        ("wiki.example.com:8443", "https://wiki.example.com:8443"),
        ("wiki.example.com:80", "https://wiki.example.com:80"),
        ("wiki", "https://wiki"),
        ("localhost:80", "http://localhost"),
        ("wiki.localhost:8080", "http://wiki.localhost:8080"),
    ],
)
def test_a_site_is_known_by_its_origin(text: str, origin: str) -> None:
    assert parse_site(text).origin == origin


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
        parse_site(text)


def test_a_site_compares_by_what_it_is() -> None:
    assert parse_site("A.example") == Site("a.example", "https")
