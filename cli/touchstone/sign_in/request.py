"""What we ask for when a person signs in (OpenID Connect, with PKCE and our key)."""

import secrets
from dataclasses import dataclass, field

from touchstone.service.proof import digest

SCOPE = "openid profile offline_access access"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """More than any sign-in."""

    max_age: int | None = None
    acr_values: str = ""

    def fields(self) -> dict[str, str]:
        age = {} if self.max_age is None else {"max_age": str(self.max_age)}
        return age | ({"acr_values": self.acr_values} if self.acr_values else {})


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show the verifier
class Asked:
    """One sign-in. Each has values of its own."""

    wanted: Wanted
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def fields(self, *, redirect_uri: str, thumbprint: str) -> dict[str, str]:
        return {
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": redirect_uri,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": digest(self.verifier),
            "code_challenge_method": "S256",
            "dpop_jkt": thumbprint,
            **self.wanted.fields(),
        }
