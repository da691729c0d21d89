"""DPoP (RFC 9449) in HTTP: the header of the proof, and the address that it is for."""

from urllib.parse import urlsplit

import azure.functions as func

NONCE = "DPoP-Nonce"
"""The header in which a server gives the nonce for the next proof."""


def read_proof(req: func.HttpRequest) -> str | None:
    proof: str | None = req.headers.get("dpop")
    return proof


def read_path(req: func.HttpRequest) -> str:
    path: str = urlsplit(req.url).path
    return path
