"""What a handler reads about the client, with the settings of the service."""

import azure.functions as func

from shared import wiring
from shared.http import requests
from shared.relying_party.callers.client import Client


def read_client(req: func.HttpRequest) -> Client:
    return requests.read_client(req, proxies=wiring.settings().proxies)
