"""A certificate of minutes for PostgreSQL. Its key is made here, and leaves no place but the file
that psql reads."""

from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from touchstone.access.exchange import Request, get_code
from touchstone.context import Context
from touchstone.service.refusals import demand
from touchstone.sign_in.again import with_sign_in

_APPROVAL_REQUIRED = "approval-required"


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show the key
class Certified:
    key: str
    """PEM, as the certificate is."""
    said: dict[str, Any]
    """The answer of the service."""


def get_certificate(context: Context, request: Request) -> Certified:
    """By way of an approval, if the profile needs one. Raises Failure."""
    private = ec.generate_private_key(ec.SECP256R1())
    members = {"profile": request.profile, "csr": _signing_request(private)}
    said = with_sign_in(context, lambda: _ask(context, request, members))
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certified(key=key.decode(), said=said)


def _ask(context: Context, request: Request, members: dict[str, str]) -> dict[str, Any]:
    if request.approval is None:
        answer = context.account.post("/certificates", members)
        if answer.fault != _APPROVAL_REQUIRED:
            return demand(answer).json
    code = get_code(context, request)
    return demand(context.account.post("/certificates", {**members, "approval": code})).json


def _signing_request(private: ec.EllipticCurvePrivateKey) -> str:
    """Without a subject: the service says whose certificate it is."""
    builder = x509.CertificateSigningRequestBuilder(subject_name=x509.Name([]))
    return builder.sign(private, SHA256()).public_bytes(Encoding.PEM).decode()
