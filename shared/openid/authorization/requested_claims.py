"""The parameter `claims` (OpenID Connect Core section 5.5): an `acr` that the client insists on,
and a person. It may wish for others, and nothing else is promised for them."""

from dataclasses import dataclass
from typing import Any, NoReturn

from shared.errors import AuthorizationDenied
from shared.json_shape import parse_object
from shared.members import Members

_MOST = 10


@dataclass(frozen=True, slots=True)
class RequestedClaims:
    essential_acr: tuple[str, ...] = ()
    subject: str | None = None


class _Claims(Members):
    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise AuthorizationDenied("invalid_request", f"claims: {self.path}{name} {problem}.")


def read_claims(text: str | None) -> RequestedClaims:
    """Raise AuthorizationDenied."""
    if text is None:
        return RequestedClaims()
    id_token = _Claims(_parse(text)).optional_inner("id_token")
    if id_token is None:
        return RequestedClaims()
    acr, subject = id_token.optional_inner("acr"), id_token.optional_inner("sub")
    return RequestedClaims(
        essential_acr=_values(acr) if acr and acr.flag("essential") else (),
        subject=subject.optional_text("value") if subject else None,
    )


def _values(acr: _Claims) -> tuple[str, ...]:
    value = acr.optional_text("value")
    return (value,) if value is not None else acr.optional_texts("values", limit=_MOST, each=100)


def _parse(text: str) -> dict[str, Any]:
    try:
        return parse_object(text.encode())
    except ValueError as error:
        raise AuthorizationDenied("invalid_request", "claims must be a JSON object.") from error
