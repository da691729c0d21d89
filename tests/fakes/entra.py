"""Microsoft Entra ID, as far as it asks another service for a second factor.

It signs hints with the header and the keys that Entra has, posts the form that Entra posts, and
refuses what Entra's contract refuses. No answer of Entra itself was recorded here.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from jwt.algorithms import RSAAlgorithm

from shared import base64url
from tests.fakes.identity_provider import rsa_key

LOGIN = "https://login.microsoftonline.com"
TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad"
OTHER_TENANT = "14c2f153-90a7-4689-9db7-9543bf084dad"
CLIENT_ID = "600b719b-3766-4dc5-95a6-3c4a8dc31885"
OBJECT_ID = "951ddb04-b16d-45f3-bbf7-b0fa18fa7aee"
SUBJECT = "mBfcvuhSHkDWVgV72x2ruIYdSsPSvcj2R0qfc6mGEAA"
REQUEST_ID = "72826bb4-abb7-4221-b253-100f530b4b0a"
POSSESSION = ("fido", "hwk", "otp", "pop", "sc", "sms", "swk", "tel")
INHERENCE = ("face", "fpt", "iris", "retina", "vbm")
ASKED_ACR = ("possessionorinherence",)
ASKED_AMR = (*INHERENCE, *POSSESSION)

UNCHANGED: Mapping[str, Any] = MappingProxyType({})

type Json = dict[str, Any]


class Refused(Exception):
    """Entra fails the person's sign-in."""


def claims_asked(
    acr: Sequence[str] = ASKED_ACR, amr: Sequence[str] = tuple(sorted(ASKED_AMR))
) -> str:
    asked = {
        "acr": {"essential": True, "values": list(acr)},
        "amr": {"essential": True, "values": list(amr)},
    }
    return json.dumps({"id_token": asked})


@cache
def certificate(key_id: str) -> bytes:
    key = rsa_key(key_id)
    name = x509.Name(
        [x509.NameAttribute(x509.NameOID.COMMON_NAME, "accounts.accesscontrol.windows.net")]
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = (
        builder.public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


@dataclass(kw_only=True)
class Asked:
    """What Entra remembers of its request."""

    nonce: str
    state: str
    subject: str
    acr: Sequence[str]
    amr: Sequence[str]


@dataclass(kw_only=True)
class Entra:
    login: str = LOGIN
    key: str = "entra"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def redirect_uri(self) -> str:
        return f"{self.login}/common/federation/externalauthprovider"

    @property
    def key_id(self) -> str:
        """As Entra names its keys: by the certificate's SHA-1."""
        return base64url.encode(hashlib.sha1(certificate(self.key)).digest())  # noqa: S324

    def key_set(self, **members: object) -> Json:
        public = RSAAlgorithm.to_jwk(rsa_key(self.key).public_key(), as_dict=True)
        jwk = {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": public["n"],
            "e": public["e"],
            "x5c": [base64.b64encode(certificate(self.key)).decode()],
            "issuer": f"{self.login}/{{tenantid}}/v2.0",
        }
        return {"keys": [jwk | members]}

    def discovery(self) -> Json:
        return {
            "issuer": f"{self.login}/{{tenantid}}/v2.0",
            "jwks_uri": f"{self.login}/common/discovery/v2.0/keys",
            "authorization_endpoint": f"{self.login}/common/oauth2/v2.0/authorize",
        }

    def hint_claims(self, changed: Mapping[str, object] = UNCHANGED) -> Json:
        """Expired as Entra writes it: a second before it was issued."""
        issued_at = int((self.now - timedelta(minutes=5)).timestamp())
        claims = {
            "ver": "2.0",
            "iss": f"{self.login}/{TENANT}/v2.0",
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "exp": issued_at - 1,
            "iat": issued_at,
            "nbf": issued_at,
            "name": "Ada Lovelace",
            "preferred_username": "ada@contoso.example",
            "oid": OBJECT_ID,
            "tid": TENANT,
        }
        return {name: value for name, value in (claims | {**changed}).items() if value is not None}

    def hint(
        self,
        changed: Mapping[str, object] = UNCHANGED,
        *,
        header: Mapping[str, object] = UNCHANGED,
    ) -> str:
        headers = {"typ": "JWT", "kid": self.key_id, "x5t": self.key_id, **header}
        return jwt.encode(
            self.hint_claims(changed), rsa_key(self.key), algorithm="RS256", headers=headers
        )

    def form(
        self, changed: Mapping[str, str | None] = UNCHANGED, *, asked: Asked | None = None
    ) -> dict[str, str]:
        asked = asked or self.ask()
        form = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "nonce": asked.nonce,
            "state": asked.state,
            "id_token_hint": self.hint(),
            "claims": claims_asked(asked.acr, asked.amr),
            "client-request-id": REQUEST_ID,
            "x-undocumented": "1",
        }
        return {name: value for name, value in (form | {**changed}).items() if value is not None}

    def ask(
        self,
        *,
        nonce: str = "nonce-of-entra",
        state: str = "state+of/entra=",
        acr: Sequence[str] = ASKED_ACR,
        amr: Sequence[str] = ASKED_AMR,
    ) -> Asked:
        return Asked(nonce=nonce, state=state, subject=SUBJECT, acr=acr, amr=amr)

    def judge(
        self,
        fields: Mapping[str, str],
        asked: Asked,
        *,
        discovery_url: str,
        metadata: Mapping[str, Any],
        key_set: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> Json:
        """Return the claims. `metadata` and its `headers` are what `discovery_url` answered."""
        if fields.get("state") != asked.state:
            raise Refused("state")
        if "id_token" not in fields:
            raise Refused(fields.get("error", "neither id_token nor error"))
        check_metadata(metadata, discovery_url=discovery_url, headers=headers)
        claims = self._verified(fields["id_token"], metadata, key_set)
        if (claims["sub"], claims["nonce"]) != (asked.subject, asked.nonce):
            raise Refused("sub or nonce")
        if claims["acr"] not in asked.acr:
            raise Refused("acr was not asked for")
        amr = claims["amr"]
        if not isinstance(amr, list) or len(amr) != 1 or amr[0] not in asked.amr:
            raise Refused("amr is not one of the methods asked for")
        kind = "possession" if amr[0] in POSSESSION else "inherence"
        if kind not in claims["acr"]:
            raise Refused("amr is not of the type that acr names")
        return claims

    def _verified(
        self, token: str, metadata: Mapping[str, Any], key_set: Mapping[str, Any]
    ) -> Json:
        key_id = jwt.get_unverified_header(token)["kid"]
        found = [key for key in key_set["keys"] if key.get("kid") == key_id]
        if not found:
            raise Refused("no key has this kid")
        jwk = found[0]
        if not jwk.get("x5c"):
            raise Refused("the key has no x5c")
        certified = x509.load_der_x509_certificate(base64.b64decode(jwk["x5c"][0], validate=True))
        try:
            claims: Json = jwt.decode(
                token,
                certified.public_key(),  # type: ignore[arg-type]  # RSA, or it is refused
                algorithms=["RS256"],
                audience=CLIENT_ID,
                issuer=metadata["issuer"],
                options={
                    "require": ["iss", "aud", "exp", "iat", "sub", "nonce", "acr", "amr"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise Refused(str(error)) from error
        if not claims["iat"] - 300 <= self.now.timestamp() < claims["exp"]:
            raise Refused("expired")
        return claims


def check_metadata(
    metadata: Mapping[str, Any], *, discovery_url: str, headers: Mapping[str, str]
) -> None:
    if "content-length" not in {name.lower() for name in headers}:
        raise Refused("the discovery document has no Content-Length")
    if urlsplit(metadata["issuer"]).netloc != urlsplit(discovery_url).netloc:
        raise Refused("the issuer is on another host than the discovery document")
    if metadata["authorization_endpoint"] != f"{metadata['issuer']}/authorize":
        raise Refused("AADSTS50161: the authorization endpoint is no reply URL")
    if "openid" not in metadata["scopes_supported"]:
        raise Refused("scopes_supported")
    if "id_token" not in metadata["response_types_supported"]:
        raise Refused("response_types_supported")
    if "RS256" not in metadata["id_token_signing_alg_values_supported"]:
        raise Refused("id_token_signing_alg_values_supported")
    if not metadata["subject_types_supported"]:
        raise Refused("subject_types_supported")
