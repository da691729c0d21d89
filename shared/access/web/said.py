"""What a proxy says of the request that it asks about.

The host is in a header of our own. What stands before this service writes the usual ones: Front
Door `X-Forwarded-Host`, and the front end of Azure Functions `X-Original-URL`. The method and the
path are in headers, or those of the check itself, as Envoy asks. A request that says it in two ways
says nothing: one of them may be the client's. The same is true of a header that came twice, which
arrives as one with a comma.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.access.web_addresses.hosts import HostRefused, Site, parse_site
from shared.access.web_addresses.paths import PathRefused, normal_path

_METHOD = re.compile(r"[A-Z][A-Z-]{0,31}")
_HOST = "x-touchstone-host"
_REQUEST = ("x-forwarded-method", "x-forwarded-uri")
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
    """The method that a CORS preflight asks for. One that is overridden is none."""


def read_asked(headers: Mapping[str, str], *, method: str, rest: str | None) -> Asked:
    """`headers` have their names in lower case. `method` is that of the check, and `rest` what
    follows in its address, None if nothing does. Raise UnclearRequest."""
    said = [name for name in _REQUEST if name in headers]
    if (rest is None) is not bool(said):
        raise UnclearRequest("The proxy must say in one way which request it asks about.")
    if rest is not None:
        return _asked(headers, method, rest)
    return _asked(headers, *(headers.get(name, "") for name in _REQUEST))


def site_of(headers: Mapping[str, str]) -> Site:
    """That the proxy asks about, or from which it hands a request over. Raise UnclearRequest."""
    try:
        return parse_site(headers.get(_HOST, ""))
    except HostRefused as refused:
        raise UnclearRequest(f"X-Touchstone-Host {refused}.") from None


def _asked(headers: Mapping[str, str], method: str, target: str) -> Asked:
    if not _METHOD.fullmatch(method):
        raise UnclearRequest("The method must be in capital letters.")
    if ",/" in target:
        raise UnclearRequest("The address has ',/', as if it had come twice. Encode the comma.")
    try:
        path = normal_path(target)
    except PathRefused as refused:
        raise UnclearRequest(str(refused)) from None
    overrides = {headers[name] for name in _OVERRIDES if name in headers}
    overridden = bool(overrides - {method})
    return Asked(
        site=site_of(headers),
        method=method,
        target=target,
        path=path,
        overridden=overridden,
        preflight_for=None if overridden else _preflight(method, headers),
    )


def _preflight(method: str, headers: Mapping[str, str]) -> str | None:
    """Browsers send one with an origin, and never with a cookie."""
    wanted = headers.get("access-control-request-method")
    if method != "OPTIONS" or "origin" not in headers or wanted is None:
        return None
    return wanted if _METHOD.fullmatch(wanted) else None
