"""Addresses of clients. Only those are accepted that every program reads in the same way.

Browsers, servers and libraries disagree about backslashes, user information, percent-encoded dots,
numbers in place of IPv4 addresses, and upper case. An international host name is written as in the
DNS (`xn--…`), so that people see that it is not the name that it looks like.
"""

import ipaddress
import re
from dataclasses import dataclass

LONGEST = 400
"""In characters."""
LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&()+,;=%-]+")
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/[^?]*)?)(?:\?(?P<query>.*))?"
)
_CALLED = re.compile(r"https://[a-z0-9.-]+\.[a-z][a-z0-9-]*(?::[0-9]+)?/")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST_HOST = 253
_LAST_PORT = 65_535
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_ENCODED_SEPARATOR = re.compile(r"%(?:2[EeFf]|5[Cc])")


class ValueRefused(ValueError):
    """The text says what is wrong, and follows the name of a member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    scheme: str
    host: str
    port: int | None
    query: str


def check_https(text: str) -> None:
    """Raise ValueRefused."""
    if read_address(text).scheme != "https":
        raise ValueRefused("must begin with https://")


def check_called(text: str) -> None:
    """One that this service sends requests to: it goes to public hosts alone, by their names
    (`shared.fetching.public_https`). Raise ValueRefused."""
    check_https(text)
    if not _CALLED.match(text):
        raise ValueRefused(
            "must have the name of a public host, no IP address, and a path, as this service sends "
            "requests there"
        )


def read_address(text: str) -> Address:
    """An http or https address. Raise ValueRefused."""
    check_characters(text)
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueRefused(
            "must begin with https:// and a host name in lower case, without user information"
        )
    check_path(parts["path"])
    port = int(parts["port"] or 0)
    if not is_host(parts["host"]) or port > _LAST_PORT:
        raise ValueRefused("must have a host name of the DNS, or an IP address in its usual form")
    return Address(
        scheme=parts["scheme"],
        host=parts["host"],
        port=port or None,
        query=parts["query"] or "",
    )


def check_characters(text: str) -> None:
    """Raise ValueRefused."""
    if "#" in text:
        raise ValueRefused("must have no fragment")
    if len(text) > LONGEST or not _CHARACTERS.fullmatch(text):
        raise ValueRefused(
            f"must have at most {LONGEST} characters of a URI, no * and no backslash; an "
            "international host name is written as xn--…"
        )
    if _BROKEN_PERCENT.search(text) or _ENCODED_CONTROL.search(text):
        raise ValueRefused("must not have a % without two digits, or a control character")


def check_path(path: str) -> None:
    """Raise ValueRefused."""
    if _ENCODED_SEPARATOR.search(path) or {".", ".."} & set(path.split("/")):
        raise ValueRefused("must have no . or .. in its path, and no encoded dot or slash")
    if "[" in path or "]" in path:
        raise ValueRefused("must have no brackets in its path")


def is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_ip(host[1:-1], ipaddress.IPv6Address)
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, host.split("."))):
        return False
    # Browsers take every host with a number at its end for an IPv4 address.
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _is_ip(host, ipaddress.IPv4Address)
    return True


def _is_ip(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        return str(kind(text)) == text
    except ValueError:
        return False
