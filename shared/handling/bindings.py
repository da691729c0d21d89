"""How a client shows that tokens are its own: by a cookie of our page, or by a proof of its key."""

import azure.functions as func

from shared import wiring
from shared.errors import DpopProofInvalid
from shared.http import cookies
from shared.http.dpop_header import read_path, read_proof
from shared.sessions.binding import BEARER, Binding, bound_to_key


def require_same_origin(req: func.HttpRequest) -> None:
    """Raise CsrfRefused unless one of our own pages sent this."""
    cookies.require_same_origin(req, origins=wiring.settings().policy.origins)


async def read_binding(req: func.HttpRequest) -> Binding:
    """The binding for a client that keeps its tokens itself. Raises DpopProofInvalid,
    DpopNonceRequired."""
    proof = read_proof(req)
    if proof is None:
        return BEARER
    thumbprint = await wiring.service().bearer_authentication.prove_key(
        proof, method=req.method, path=read_path(req)
    )
    return bound_to_key(thumbprint)


async def prove_possession(req: func.HttpRequest, token: str) -> str:
    """The thumbprint of the key that the token is sent with, whosever token it is. Raises
    DpopProofInvalid, DpopNonceRequired."""
    proof = read_proof(req)
    if proof is None:
        raise DpopProofInvalid
    return await wiring.service().bearer_authentication.prove_possession(
        token, proof, method=req.method, path=read_path(req)
    )
