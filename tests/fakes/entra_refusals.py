"""How Entra checks an assertion of an issuer that it trusts, and how it refuses one."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import jwt
from jwt.algorithms import RSAAlgorithm

_WELL_KNOWN = "/.well-known/openid-configuration"

type Json = dict[str, Any]


class Credential(Protocol):
    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def audience(self) -> str: ...


class Refusal(Exception):
    def __init__(self, name: str, number: int, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.name = name
        self.number = number
        self.status = status or (401 if name == "invalid_client" else 400)

    def body(self, *, trace_id: str, correlation_id: str) -> Json:
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.name,
            "error_description": f"AADSTS{self.number}: {self} Trace ID: {trace_id} "
            f"Correlation ID: {correlation_id} Timestamp: {at}",
            "error_codes": [self.number],
            "timestamp": at,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }


async def read_assertion(
    assertion: str,
    credentials: Collection[Credential],
    *,
    fetch: Callable[[str], Awaitable[Json]],
    now: int,
    seen: set[str],
    spreading: bool,
) -> None:
    """Raise Refusal. `spreading`: the credentials are new, and this part of Entra has none yet."""
    header, said = _unverified(assertion)
    if header.get("alg") != "RS256":
        raise Refusal("invalid_client", 5002723, "the algorithm is not RS256")
    _match(said, [] if spreading else credentials, spreading=spreading)
    claims = await _verify(assertion, header, said, fetch)
    if not claims["nbf"] - 300 <= now < claims["exp"]:
        raise Refusal("invalid_client", 700024, "the assertion is not within its valid time range")
    if claims["jti"] in seen:
        raise Refusal("invalid_client", 50027, f"jti was seen before: {claims['jti']}")
    seen.add(claims["jti"])


def _unverified(assertion: str) -> tuple[Mapping[str, Any], Json]:
    try:
        said: Json = jwt.decode(assertion, options={"verify_signature": False})
        return jwt.get_unverified_header(assertion), said
    except jwt.PyJWTError as error:
        raise Refusal("invalid_client", 50027, "the assertion is malformed") from error


def _match(said: Json, credentials: Collection[Credential], *, spreading: bool) -> None:
    issuer, subject = str(said.get("iss")), str(said.get("sub"))
    if spreading:
        raise Refusal(
            "invalid_client", 70021, f"no federated identity record found yet for {issuer}"
        )
    if any((each.issuer, each.subject) == (issuer, subject) for each in credentials):
        if all(each.audience != said.get("aud") for each in credentials):
            raise Refusal("invalid_client", 700212, "no record with this audience")
        return
    folded = issuer.casefold(), subject.casefold()
    if any((each.issuer.casefold(), each.subject.casefold()) == folded for each in credentials):
        raise Refusal("invalid_client", 7002138, f"{issuer} {subject} differs only in case")
    if all(each.issuer != issuer for each in credentials):
        raise Refusal("invalid_client", 700211, f"no record for the issuer '{issuer}'")
    raise Refusal("invalid_client", 700213, f"no record for the subject '{subject}'")


async def _verify(
    assertion: str,
    header: Mapping[str, Any],
    said: Json,
    fetch: Callable[[str], Awaitable[Json]],
) -> Json:
    metadata = await fetch(said["iss"] + _WELL_KNOWN)
    if metadata["issuer"] != said["iss"]:
        raise Refusal("invalid_client", 50166, "the issuer's document is another issuer's")
    keys = (await fetch(metadata["jwks_uri"]))["keys"]
    found = [key for key in keys if key.get("kid") == header.get("kid") and key["kty"] == "RSA"]
    if not found:
        raise Refusal("invalid_client", 700027, "no key of the issuer has this kid")
    try:
        claims: Json = jwt.decode(
            assertion,
            RSAAlgorithm.from_jwk(found[0]),  # type: ignore[arg-type]  # a public key
            algorithms=["RS256"],
            audience=said["aud"],
            options={
                "require": ["iss", "sub", "aud", "exp", "nbf", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise Refusal("invalid_client", 700027, "the signature is wrong") from error
    return claims
