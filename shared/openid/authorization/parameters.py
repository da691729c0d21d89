"""The parameters of an authorization request, as a query, a form or a pushed request has them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.members import is_unicode

LONGEST = 2_048
"""In characters."""
_LONGEST_OF = {
    "id_token_hint": 8_192,
    "claims": 4_096,
    "authorization_details": 4_096,
    # Clients keep their own sealed data in it. OpenIddict's takes three thousand.
    "state": 4_096,
}
_READ = frozenset(
    {
        *("post_logout_redirect_uri", "logout_hint"),
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state"),
        *("nonce", "code_challenge", "code_challenge_method", "prompt", "max_age"),
        *("acr_values", "claims", "login_hint", "id_token_hint", "ui_locales"),
        *("resource", "authorization_details", "dpop_jkt", "request", "request_uri"),
    }
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that were sent, those that nobody reads left out (RFC 6749 section 3.1). One without a
    value was not sent."""

    values: Mapping[str, tuple[str, ...]]

    def optional(self, name: str) -> str | None:
        """Raise AuthorizationDenied if it was repeated or is too long."""
        found = self.values.get(name, ())
        if len(found) > 1:
            raise _invalid(f"{name} may occur once.")
        limit = longest(name)
        if found and not _is_short_text(found[0], limit):
            raise _invalid(f"{name} may have {limit} characters at most.")
        return found[0] if found else None

    def unverified(self, name: str) -> str:
        """One that shows where an answer goes. Raise RedirectUnverified."""
        try:
            value = self.optional(name)
        except AuthorizationDenied as error:
            raise RedirectUnverified(error.name, error.description) from error
        if value is None:
            raise RedirectUnverified("invalid_request", f"{name} is required.")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """The values of a list with spaces between, each once."""
        return tuple(dict.fromkeys((self.optional(name) or "").split()))

    def first(self, name: str) -> str | None:
        """Of a parameter that decides nothing which could be wrong: the first one sent."""
        return next(iter(self.values.get(name, ())), None)

    def repeated(self, name: str, *, most: int) -> tuple[str, ...]:
        """The values of a parameter that may be repeated."""
        found = tuple(dict.fromkeys(self.values.get(name, ())))
        if len(found) > most or not all(_is_short_text(each, LONGEST) for each in found):
            raise _invalid(f"{name} may occur {most} times, with {LONGEST} characters at most.")
        return found


def read_parameters(pairs: Iterable[tuple[str, str]]) -> Parameters:
    values: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for name, value in pairs:
        if name in _READ and value:
            values[name] += (value,)
    return Parameters(dict(values))


def longest(name: str) -> int:
    """In characters."""
    return _LONGEST_OF.get(name, LONGEST)


def _is_short_text(value: str, limit: int) -> bool:
    return len(value) <= limit and is_unicode(value)


def _invalid(description: str) -> AuthorizationDenied:
    return AuthorizationDenied("invalid_request", description)
