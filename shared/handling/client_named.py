"""Whether a request comes from a client of the OpenID provider, as far as it says so."""

from collections.abc import Mapping

import azure.functions as func

from shared import wiring


def names_client(req: func.HttpRequest, form: Mapping[str, str]) -> bool:
    """Whether the request says that it comes from a client of the OpenID provider.

    An application of the account's own sessions may send the name that their tokens have as
    `client_id`: standard clients must send one. It gets nothing of a client's with it.
    """
    scheme = req.headers.get("authorization", "").partition(" ")[0]
    if scheme.lower() == "basic" or "client_assertion" in form:
        return True
    return "client_id" in form and (
        "client_secret" in form or form["client_id"] != wiring.settings().policy.rp_id
    )
