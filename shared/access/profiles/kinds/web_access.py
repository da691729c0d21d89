"""Web pages behind a proxy that asks for each request."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import WebAccess
from shared.access.web_addresses.hosts import HostRefused, read_host
from shared.access.web_addresses.paths import OWN_PATHS, PathRefused, is_nearly_below, normal_path


def read_web_access(parameters: Mapping[str, Any]) -> WebAccess:
    """Of parameters that match the schema. Raise ValueFault."""
    methods = frozenset(parameters.get("methods", ()))
    return WebAccess(
        host=_read_host(parameters["host"]),
        path_prefix=_read_prefix(parameters.get("pathPrefix", "/")),
        methods=methods | {"HEAD"} if "GET" in methods else methods,
        preflights=parameters.get("preflights", False),
    )


def write_web_access(access: WebAccess) -> dict[str, Any]:
    implied = {"HEAD"} if "GET" in access.methods else set()
    return {
        "host": access.host,
        "pathPrefix": access.path_prefix,
        "methods": sorted(access.methods - implied),
        "preflights": access.preflights,
    }


def _read_host(text: str) -> str:
    try:
        return read_host(text)
    except HostRefused as refused:
        raise ValueFault("host", str(refused)) from None


def _read_prefix(text: str) -> str:
    """Raise ValueFault for one that no request could be below, or that is ours at each host."""
    prefix = text.rstrip("/") or "/"
    try:
        is_normal = not {"?", "#"} & set(text) and normal_path(quote(prefix)) == prefix
    except (PathRefused, UnicodeEncodeError):
        is_normal = False
    if is_nearly_below(prefix, OWN_PATHS):
        raise ValueFault("pathPrefix", f"must not be {OWN_PATHS}, which is ours at each host")
    if not is_normal or text not in (prefix, f"{prefix}/"):
        raise ValueFault(
            "pathPrefix", "must be a decoded path without segments of dots and the like"
        )
    return prefix
