"""Authorization details (RFC 9396): what is asked for, more precisely than scopes can say."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.errors import AuthorizationDenied
from shared.json_shape import parse_json

_MOST = 8


def read_details(text: str | None, *, types: Collection[str]) -> tuple[Mapping[str, Any], ...]:
    """Raise AuthorizationDenied. `types` are those that some part of the service reads; only the
    type is checked here."""
    if text is None:
        return ()
    try:
        details = parse_json(text)
    except ValueError as error:
        raise _invalid("is not JSON") from error
    if not isinstance(details, list) or not 0 < len(details) <= _MOST:
        raise _invalid(f"must be a list of at most {_MOST} objects")
    if not all(_is_of(types, each) for each in details):
        raise _invalid("may hold only objects of the types that the metadata names")
    return tuple(details)


def _is_of(types: Collection[str], value: object) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind in types


def _invalid(problem: str) -> AuthorizationDenied:
    return AuthorizationDenied("invalid_authorization_details", f"authorization_details {problem}.")
