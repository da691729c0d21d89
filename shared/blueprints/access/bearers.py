"""Who sends a request about approvals: somebody who is signed in here, or a client for somebody."""

import azure.functions as func

from shared import wiring
from shared.access_broker.approvals.senders import Bearer
from shared.errors import DpopProofInvalid, TokenElsewhere, TokenInvalid
from shared.handling.callers import require_holder
from shared.http.dpop_header import read_path, read_proof
from shared.http.requests import DPOP, read_authorization

_MAX_TOKEN = 8192


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
    if not token or len(token) > _MAX_TOKEN:
        return None
    try:
        thumbprint = await _prove(req, token) if scheme == DPOP else None
        return await wiring.service().approval_senders.read_client(token, thumbprint=thumbprint)
    except TokenInvalid:
        return None


async def _prove(req: func.HttpRequest, token: str) -> str:
    proof = read_proof(req)
    if proof is None:
        raise DpopProofInvalid
    return await wiring.service().bearer_authentication.prove_possession(
        token, proof, method=req.method, path=read_path(req)
    )
