"""The nonce for a client's next DPoP proof, in answers to requests with a proof.

So a client that sends requests often never has to repeat one (RFC 9449 section 8.2). OAuth errors
get it here too; problems get it from `shared.http.problems.headers`.
"""

from contextlib import suppress

import azure.functions as func

from shared import wiring
from shared.errors import KeysUnavailable
from shared.http.dpop_header import NONCE, read_proof


async def add_nonce(req: func.HttpRequest, response: func.HttpResponse) -> None:
    if not wiring.settings().dpop_nonces_required or read_proof(req) is None:
        return
    with suppress(KeysUnavailable):  # what the handler has done is done
        response.headers.setdefault(NONCE, await wiring.service().dpop_nonces.fresh())
