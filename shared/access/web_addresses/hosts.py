"""Hosts of protected sites, in their only spelling."""

import re
from dataclasses import dataclass
from functools import lru_cache

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"(?=[^:]{{1,253}}(:|$))(?P<name>({_LABEL}\.)*{_LABEL})(:(?P<port>[1-9][0-9]{{0,4}}))?"
)
_LAST_PORT = 65_535
_DEFAULT_PORTS = {"https": 443, "http": 80}


class HostRefused(ValueError):
    """The text says what is wrong, and repeats nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a protected page is."""

    host: str
    """With the port, unless it is that of the scheme."""
    scheme: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


def read_host(text: str) -> str:
    """Of a profile: as it is written here. Raise HostRefused."""
    host = parse_site(text).host
    if host != text:
        raise HostRefused("must be a host in lower case, without the port of its scheme")
    return host


@lru_cache(maxsize=512)
def parse_site(text: str) -> Site:
    """Of a request. Capital letters, one dot at the end and the port of the scheme do not matter.
    Raise HostRefused."""
    found = _HOST.fullmatch(_without_dot(text.lower())) if text.isascii() else None
    if found is None or found["name"].rpartition(".")[2].isdecimal():
        raise HostRefused("must be the name of a host, in ASCII, with a port at most")
    name, port = found["name"], int(found["port"] or 0)
    if port > _LAST_PORT:
        raise HostRefused("must have a port of at most 65535")
    scheme = _scheme_of(name)
    suffix = "" if port in (0, _DEFAULT_PORTS[scheme]) else f":{port}"
    return Site(name + suffix, scheme)


def _scheme_of(name: str) -> str:
    """Only this machine has sites without TLS, for developers."""
    return "http" if name == "localhost" or name.endswith(".localhost") else "https"


def _without_dot(text: str) -> str:
    name, colon, port = text.partition(":")
    return name.removesuffix(".") + colon + port
