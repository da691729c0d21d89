"""What a proxy says of the request that it asks about.

Traefik and Caddy say it in X-Forwarded headers, nginx in the headers that its configuration names,
and Envoy in the method, path and host of the check itself. A request that says it in two ways says
nothing: one of them may be the client's. The same is true of a header that came twice, which
arrives as one with a comma.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.access.web_addresses.hosts import HostRefused, Site, parse_site, scheme_of
from shared.access.web_addresses.paths import PathRefused, normal_path

_METHOD = re.compile(r"[A-Z][A-Z-]{0,31}")
_ABSOLUTE = re.compile(r"([a-z]{2,5})://([^/?#]+)(.*)", re.DOTALL)
_FORWARDED = ("x-forwarded-uri", "x-forwarded-method")
_ORIGINAL = ("x-original-url", "x-original-method")
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")


class UnclearRequest(ValueError):
    """The text says what is wrong, and repeats nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request that the proxy asks about."""

    site: Site
    method: str
    target: str
    """The path and query, as the browser sent them."""
    path: str
    """Decoded."""
    overridden: bool = False
    """It asks the application to take it for one of another method."""
    preflight_for: str | None = None
    """The method that a CORS preflight asks for."""


def read_asked(headers: Mapping[str, str], *, method: str, rest: str | None) -> Asked:
    """`headers` have their names in lower case. `method` is that of the check, and `rest` what
    follows in its address, None if nothing does. Raise UnclearRequest."""
    forwarded = any(name in headers for name in _FORWARDED)
    original = any(name in headers for name in _ORIGINAL)
    if forwarded + original + (rest is not None) != 1:
        raise UnclearRequest("The proxy must say in one way which request it asks about.")
    if forwarded:
        asked = _forwarded(headers)
    elif original:
        asked = _original(headers)
    else:
        asked = _Said(_host(headers), headers.get("x-forwarded-proto"), rest or "", method)
    return _asked(asked, headers)


def site_of(headers: Mapping[str, str]) -> Site:
    """Of a request that the proxy hands over to us. Raise UnclearRequest."""
    host = _host(headers)
    return _site(host, headers.get("x-forwarded-proto") or scheme_of(host))


@dataclass(frozen=True, slots=True)
class _Said:
    host: str
    scheme: str | None
    target: str
    method: str


def _forwarded(headers: Mapping[str, str]) -> _Said:
    method, target = _both(headers, _FORWARDED)[::-1]
    host = headers.get("x-forwarded-host", "")
    return _Said(host, headers.get("x-forwarded-proto", ""), target, method)


def _original(headers: Mapping[str, str]) -> _Said:
    address, method = _both(headers, _ORIGINAL)
    found = _ABSOLUTE.fullmatch(address)
    if found is None:
        raise UnclearRequest("X-Original-URL must be a whole address.")
    said = _Said(found[2], found[1], found[3], method)
    forwarded = headers.get("x-forwarded-host", said.host)
    if _site(forwarded, found[1]) != _site(said.host, found[1]):
        raise UnclearRequest("X-Original-URL and X-Forwarded-Host name two hosts.")
    return said


def _both(headers: Mapping[str, str], names: tuple[str, str]) -> tuple[str, str]:
    first, second = (headers.get(name, "") for name in names)
    if not first or not second:
        raise UnclearRequest("The proxy must say the address and the method.")
    return first, second


def _host(headers: Mapping[str, str]) -> str:
    return headers.get("x-forwarded-host") or headers.get("host", "")


def _site(host: str, scheme: str) -> Site:
    try:
        return parse_site(host, scheme=scheme)
    except HostRefused as refused:
        raise UnclearRequest(f"The host {refused}.") from None


def _asked(said: _Said, headers: Mapping[str, str]) -> Asked:
    if not _METHOD.fullmatch(said.method):
        raise UnclearRequest("The method must be in capital letters.")
    if ",/" in said.target:
        raise UnclearRequest("The address has ',/', as if it had come twice. Encode the comma.")
    site = _site(said.host, scheme_of(said.host) if said.scheme is None else said.scheme)
    try:
        path = normal_path(said.target)
    except PathRefused as refused:
        raise UnclearRequest(str(refused)) from None
    overrides = {headers[name] for name in _OVERRIDES if name in headers}
    return Asked(
        site=site,
        method=said.method,
        target=said.target,
        path=path,
        overridden=bool(overrides - {said.method}),
        preflight_for=_preflight(said.method, headers),
    )


def _preflight(method: str, headers: Mapping[str, str]) -> str | None:
    """Browsers send one with an origin, and never with a cookie."""
    wanted = headers.get("access-control-request-method")
    if method != "OPTIONS" or "origin" not in headers or wanted is None:
        return None
    return wanted if _METHOD.fullmatch(wanted) else None
