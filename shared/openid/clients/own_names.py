"""The names that this service has in tokens. No client may have one of them: what is meant for the
one would be taken for the other's."""

from dataclasses import dataclass

from shared.sessions.token_settings import TokenSettings


@dataclass(frozen=True, slots=True)
class OwnNames:
    rp_id: str
    """The `client_id` of the tokens of the account's own sessions."""
    tokens: TokenSettings

    def has(self, client_id: str) -> bool:
        """The audience of an ID token is its client. Whoever accepts tokens with our audience for
        APIs would accept it too."""
        return client_id in (self.rp_id, self.tokens.audience) or self.is_address(client_id)

    def is_address(self, text: str) -> bool:
        issuer = self.tokens.issuer
        return text.rstrip("/") == issuer or text.startswith(f"{issuer}/")
