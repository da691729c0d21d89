"""Who sends a request about approvals: somebody who is signed in here, or a client for somebody."""

import azure.functions as func

from shared import wiring
from shared.access_broker.approvals.senders import Bearer
from shared.errors import TokenElsewhere, TokenInvalid
from shared.handling.bindings import prove_possession
from shared.handling.callers import require_holder
from shared.http.requests import DPOP, LONGEST_TOKEN, read_authorization


async def require_bearer(req: func.HttpRequest) -> Bearer:
    """Tokens of clients are tried after our own, which say that they are none."""
    try:
        return await require_holder(req)
    except (TokenInvalid, TokenElsewhere):
        found = await _read_client(req)
        if found is None:
            raise
        return found


async def _read_client(req: func.HttpRequest) -> Bearer | None:
    authorization = read_authorization(req)
    if authorization is None:
        return None
    scheme, token = authorization
    if not token or len(token) > LONGEST_TOKEN:
        return None
    try:
        thumbprint = await prove_possession(req, token) if scheme == DPOP else None
        return await wiring.service().approval_senders.read_client(token, thumbprint=thumbprint)
    except TokenInvalid:
        return None
