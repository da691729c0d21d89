"""PKCE (RFC 7636). Every client needs it, and S256 is the only method (RFC 9700 section 2.1.1)."""

import hmac
import re
from hashlib import sha256

from shared import base64url
from shared.errors import AuthorizationDenied, GrantRefused
from shared.openid.authorization.parameters import Parameters

METHOD = "S256"
_is_challenge = re.compile("[A-Za-z0-9_-]{43}").fullmatch
_is_verifier = re.compile("[A-Za-z0-9._~-]{43,128}").fullmatch


def read_challenge(parameters: Parameters) -> str:
    """Raise AuthorizationDenied. Without a method the challenge would be the verifier itself."""
    challenge = parameters.optional("code_challenge")
    if challenge is None or parameters.optional("code_challenge_method") != METHOD:
        raise AuthorizationDenied(
            "invalid_request",
            f"code_challenge is required, with code_challenge_method={METHOD} (RFC 7636).",
            is_misconfigured=True,
        )
    if not _is_challenge(challenge):
        raise AuthorizationDenied("invalid_request", "code_challenge must be a SHA-256.")
    return challenge


def check_verifier(verifier: str | None, *, challenge: str) -> None:
    """Raise GrantRefused."""
    if verifier is None or not _is_verifier(verifier):
        raise GrantRefused("invalid_grant", "code_verifier is missing or malformed.")
    computed = base64url.encode(sha256(verifier.encode()).digest())
    if not hmac.compare_digest(computed, challenge):
        raise GrantRefused("invalid_grant", "code_verifier does not fit the code_challenge.")
