"""Whether a request comes from a client of the OpenID provider, as far as it says so."""

from collections.abc import Mapping

import azure.functions as func


def names_client(req: func.HttpRequest, form: Mapping[str, str]) -> bool:
    """Whether the request says that it comes from a client of the OpenID provider."""
    scheme = req.headers.get("authorization", "").partition(" ")[0]
    return scheme.lower() == "basic" or not form.keys().isdisjoint(
        ("client_id", "client_assertion")
    )
