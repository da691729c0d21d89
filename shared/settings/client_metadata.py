"""CLIENT_METADATA_…: whether a client ID may be the address of a document about the client."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.environment import Values
from shared.openid.client_metadata.address import is_place
from shared.openid.client_metadata.document import Permissions

_is_scope = re.compile(r"[!#-\[\]-~]+").fullmatch
_is_resource = re.compile(r"[a-z][a-z0-9+.-]*:[!$-~]+").fullmatch
"""An absolute URI without a fragment (RFC 8707 section 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMetadataSettings:
    places: tuple[str, ...]
    """Hosts whose documents are accepted, as `host` or `host:port`, or `*`. None: no documents."""
    permissions: Permissions


def read_client_metadata(values: Values) -> ClientMetadataSettings:
    places = values.items("CLIENT_METADATA_HOSTS")
    for place in places:
        if not is_place(place):
            values.refuse_value(
                "CLIENT_METADATA_HOSTS", place, "is neither a host name in lower case nor *"
            )
    scopes = _read(values, "CLIENT_METADATA_SCOPES", _is_scope)
    resources = _read(values, "CLIENT_METADATA_RESOURCES", _is_resource)
    permissions = Permissions(scopes=frozenset(scopes), resources=resources)
    return ClientMetadataSettings(places=places, permissions=permissions)


def _read(values: Values, name: str, is_one: Callable[[str], object]) -> tuple[str, ...]:
    items = values.items(name)
    for item in items:
        if not is_one(item):
            values.refuse_value(name, item, "has a character that is not allowed there")
    return items
