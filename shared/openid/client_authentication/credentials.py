"""Who a request says that it comes from, and what it brings as proof (RFC 6749 section 2.3, RFC
7521 section 4.2). Nothing is verified here.

Clients do not go by the metadata of a provider: libraries send a secret in the header or in the
body as they like, and some send an empty one for a client that has none. So both places count for
every secret, and an empty one is as good as none. What a request must not do is to choose: two
proofs in one request, or two client IDs, are refused.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from shared.errors import ClientFault, ClientRefused, MalformedRequest

if TYPE_CHECKING:
    from shared.signed_tokens.signed_token import SignedToken

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_ID = 512
_LONGEST_SECRET = 1024
_is_id = re.compile(rf"[ -~]{{1,{_LONGEST_ID}}}").fullmatch


@dataclass(frozen=True, slots=True)
class NoProof:
    """A client without credentials may send this."""


@dataclass(frozen=True, slots=True, repr=False)  # a repr would show the secret
class Secret:
    text: str


@dataclass(frozen=True, slots=True)
class Assertion:
    token: "SignedToken"


type Proof = NoProof | Secret | Assertion


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    client_id: str
    proof: Proof
    in_header: bool
    """Whether they came in HTTP Basic."""


def read_credentials(authorization: str | None, form: Mapping[str, str]) -> Credentials | None:
    """Return None if the request names no client. `authorization` is the header; other schemes than
    Basic are not about clients.

    Raise MalformedRequest, or ClientRefused for an assertion that is not a token.
    """
    header = _read_basic(authorization)
    named, secret = form.get("client_id"), form.get("client_secret")
    assertion = _read_assertion(form)
    if sum((header is not None, secret is not None, assertion is not None)) > 1:
        raise MalformedRequest("A client proves itself in one way: header, secret or assertion.")
    if header is not None:
        return _in_header(*header, named=named)
    if assertion is not None:
        return _credentials(assertion.issuer if named is None else named, Assertion(assertion))
    if named is None and secret is not None:
        raise MalformedRequest("client_id is required.")
    return None if named is None else _credentials(named, _proof(secret))


def _in_header(client_id: str, secret: str, *, named: str | None) -> Credentials:
    if named not in (None, client_id):
        raise MalformedRequest("client_id is not that of the header.")
    return _credentials(client_id, _proof(secret), in_header=True)


def _credentials(client_id: str, proof: Proof, *, in_header: bool = False) -> Credentials:
    if not _is_id(client_id):
        raise MalformedRequest("client_id is not one.")
    return Credentials(client_id=client_id, proof=proof, in_header=in_header)


def _proof(secret: str | None) -> Proof:
    if not secret:
        return NoProof()
    if len(secret) > _LONGEST_SECRET:
        raise MalformedRequest("client_secret is too long.")
    return Secret(secret)


def _read_assertion(form: Mapping[str, str]) -> "SignedToken | None":
    kind, text = form.get("client_assertion_type"), form.get("client_assertion")
    if kind is None and text is None:
        return None
    if kind != JWT_BEARER or text is None:
        raise MalformedRequest(f"client_assertion must have client_assertion_type={JWT_BEARER}.")
    # Loading this takes a tenth of a cold start, and most clients send no assertion.
    from shared.signed_tokens.claims import Untrusted
    from shared.signed_tokens.signed_token import read_token

    try:
        return read_token(text, key_id_required=False)
    except Untrusted as error:
        raise ClientRefused(ClientFault.ASSERTION) from error


def _read_basic(authorization: str | None) -> tuple[str, str] | None:
    """The client ID and the secret. Both are encoded as in a form, and then in base64."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("ascii")
        client_id, colon, secret = text.partition(":")
        client_id, secret = (unquote_plus(part, errors="strict") for part in (client_id, secret))
    except ValueError as error:
        raise MalformedRequest("Authorization is not HTTP Basic.") from error
    if not colon:
        raise MalformedRequest("Authorization is not HTTP Basic.")
    return client_id, secret
