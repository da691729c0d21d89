"""Documents of clients, for tests."""

from typing import Any

from shared.json_shape import Shape
from shared.openid.clients.client import Client
from shared.openid.clients.documents import read_client

type Json = dict[str, Any]

WEB: Json = {
    "name": "Orders",
    "authentication": {"method": "secret"},
    "redirectUris": ["https://orders.example/callback"],
}
APP: Json = {
    "name": "Command line",
    "authentication": {"method": "none"},
    "redirectUris": ["http://127.0.0.1/callback"],
}


def web(**members: object) -> Json:
    return WEB | members


def app(**members: object) -> Json:
    return APP | members


def client(document: Json, client_id: str = "orders") -> Client:
    return read_client(Shape(document), client_id)
