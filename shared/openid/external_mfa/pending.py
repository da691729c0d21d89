"""A verified request, which the person's browser carries as a sealed value until it is answered."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from shared import base64url
from shared.openid.external_mfa.requirements import Requirements
from shared.sealed import open_sealed, seal
from shared.webauthn.state import make_purpose

KIND = "entra request"
LIFETIME_SECONDS = 300
"""Entra abandons a sign-in after about as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    tenant: str
    object_id: str
    subject: str
    """Entra's subject for us, which an answer repeats."""
    username: str
    """For display only: Entra's users may have any name."""
    nonce: str
    state: str | None
    acr: str
    amr: str
    request_id: str

    @property
    def requirements(self) -> Requirements:
        return Requirements(acr=self.acr, amr=self.amr)


@dataclass(frozen=True, slots=True)
class Opened:
    request: PendingRequest
    id: bytes

    def purpose(self, *, linking: bool) -> bytes:
        """Of the gesture that answers this request, and no other one. Whoever links an account too
        makes another gesture."""
        kind = "link to Entra and external MFA" if linking else "external MFA"
        bound = (self.request.tenant, self.request.object_id, self.request.nonce)
        return make_purpose(kind, *bound, self.request.request_id, base64url.encode(self.id))


def seal_request(request: PendingRequest, *, now: int, random: bytes, sealing_key: bytes) -> str:
    # UTF-8, as six bytes for each character of a long name would not fit into a sealed value.
    text = json.dumps(asdict(request), separators=(",", ":"), ensure_ascii=False)
    content = text.encode()
    expires_at = now + LIFETIME_SECONDS
    return seal(KIND, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_request(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> Opened:
    """Raise SealInvalid."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    return Opened(PendingRequest(**json.loads(opened.content)), opened.id)
