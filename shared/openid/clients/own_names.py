"""The names that this service has in tokens. No client may have one of them: what is meant for the
one would be taken for the other's."""

from dataclasses import dataclass

from shared.sessions.token_settings import TokenSettings, comparable


@dataclass(frozen=True, slots=True)
class OwnNames:
    rp_id: str
    """The `client_id` of the tokens of the account's own sessions."""
    tokens: TokenSettings

    def has(self, client_id: str) -> bool:
        """The audience of an ID token is its client. Whoever accepts tokens with our audience for
        APIs would accept it too."""
        own = (self.rp_id, comparable(self.tokens.audience))
        return comparable(client_id) in own or self.is_address(client_id)

    def is_address(self, text: str) -> bool:
        issuer = self.tokens.issuer
        return comparable(text) == issuer or text.startswith(f"{issuer}/")
