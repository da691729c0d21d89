"""DPoP (RFC 9449) as HTTP has it: the proof's header, and the address that it is for."""

from urllib.parse import urlsplit

import azure.functions as func

from shared import wiring
from shared.sessions.binding import BEARER, Binding, bound_to_key


def read_proof(req: func.HttpRequest) -> str | None:
    proof: str | None = req.headers.get("dpop")
    return proof


def read_path(req: func.HttpRequest) -> str:
    path: str = urlsplit(req.url).path
    return path


def read_binding(req: func.HttpRequest) -> Binding:
    """Of a client that keeps its tokens itself. Raises DpopProofInvalid."""
    proof = read_proof(req)
    if proof is None:
        return BEARER
    entry = wiring.service().bearer_authentication
    return bound_to_key(entry.prove_key(proof, method=req.method, path=read_path(req)))
