"""Answers touchstone_validator.c whether a token of the issuer opens this database in a role, and
who connects.

    python token_checker.py SOCKET AUDIENCE

needs PyJWT with `cryptography`, and runs as the user of the server.
"""

import json
import socketserver
import sys
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import jwt

AUDIENCE = sys.argv[2]
CLAIMS = ("iss", "aud", "exp", "sub", "client_id", "scope", "role")
NO_TOKEN = 64 * 1024  # bytes: nothing of this length is one


@cache
def keys_of(issuer: str) -> jwt.PyJWKClient:
    """Keeps the keys, and asks again for one that it does not know."""
    with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=10) as answer:  # noqa: S310  as pg_hba.conf says
        document = json.load(answer)
    if document["issuer"] != issuer:
        raise ValueError("the document is of another issuer")
    return jwt.PyJWKClient(document["jwks_uri"], timeout=10)


def check(issuer: str, scope: str, role: str, token: str) -> str:
    """Whom the token is for. Raises PyJWTError, OSError or ValueError."""
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise ValueError("not an access token")
    claims: dict[str, Any] = jwt.decode(
        token,
        keys_of(issuer).get_signing_key_from_jwt(token),
        algorithms=["RS256"],
        issuer=issuer,
        audience=AUDIENCE,
        options={"require": list(CLAIMS)},
    )
    if not set(scope.split()) <= set(claims["scope"].split()):
        raise ValueError("it does not have the scope")
    if claims["role"] != role:
        raise ValueError("it is for another role")
    if "cnf" in claims:
        raise ValueError("it is bound to a key, and a connection cannot prove that")
    return str(claims["sub"])


class Question(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            issuer, scope, role, token = self.rfile.read(NO_TOKEN).decode().split("\n")[:4]
            self.wfile.write(check(issuer, scope, role, token).encode())
        except (jwt.PyJWTError, OSError, ValueError) as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    Path(sys.argv[1]).unlink(missing_ok=True)  # that of a process that has ended
    with socketserver.ThreadingUnixStreamServer(sys.argv[1], Question) as server:
        print("listening", flush=True)
        server.serve_forever()
