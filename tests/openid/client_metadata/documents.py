"""A document of a client, as its owner would publish it."""

from collections.abc import Mapping
from typing import Any

from shared.openid.client_metadata.address import DocumentAddress, read_address
from shared.openid.client_metadata.document import Permissions, read_document
from shared.openid.clients.client import Client

ID = "https://app.example/oauth/client.json"
CALLBACK = "https://app.example/callback"
NOTHING_MORE = Permissions(scopes=frozenset(), resources=())


def address(client_id: str = ID) -> DocumentAddress:
    found = read_address(client_id)
    assert found is not None
    return found


def document(**changes: object) -> dict[str, Any]:
    """Members that are None are left out."""
    members = {
        "client_id": ID,
        "client_name": "An application",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def read(
    members: Mapping[str, Any], *, client_id: str = ID, permissions: Permissions = NOTHING_MORE
) -> Client:
    return read_document(address(client_id), members, permissions)
