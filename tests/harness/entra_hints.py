"""Hints of the fake Entra, verified with its keys, which nobody has to fetch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import TokenInvalid
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.entra_user import EntraUser
from shared.openid.external_mfa.hint import verify_hint
from shared.settings import Settings
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.key_set import parse_keys
from shared.signed_tokens.signed_token import read_token
from tests.fakes.entra import Entra


@dataclass
class LocalHints:
    configuration: ExternalMfa
    clock: Callable[[], datetime]

    async def verify(self, compact: str) -> EntraUser:
        keys = parse_keys(Entra(login=self.configuration.login).key_set())
        try:
            return verify_hint(read_token(compact), self.configuration, keys, self.clock())
        except Untrusted as error:
            raise TokenInvalid from error


def entra_hints(settings: Settings, *, clock: Callable[[], datetime]) -> LocalHints | None:
    chosen = settings.external_mfa
    return None if chosen is None else LocalHints(chosen, clock)
