"""The kind of tokens that a client gets: their binding, and the scope of the access token."""

from dataclasses import dataclass

from shared.errors import ScopeInvalid
from shared.sessions.access_token import Scope
from shared.sessions.binding import BEARER, COOKIE, Binding

SCOPES = (Scope.API.value, Scope.ACCOUNT.value)
"""The scopes that a client may ask for."""


@dataclass(frozen=True, slots=True)
class Issue:
    binding: Binding
    scope: Scope


TO_PAGE = Issue(COOKIE, Scope.ACCOUNT)
TO_API = Issue(BEARER, Scope.API)


def choose_issue(binding: Binding, scope: str | None = None) -> Issue:
    """`scope` is the scope that the client asks for, if any.

    Raises ScopeInvalid: an unbound token cannot have the account's scope, and a token in a cookie
    cannot be for APIs.
    """
    if scope is None:
        return TO_PAGE if binding == COOKIE else Issue(binding, Scope.API)
    if scope not in SCOPES:
        raise ScopeInvalid
    issue = Issue(binding, Scope(scope))
    if binding.thumbprint is None and issue not in (TO_PAGE, TO_API):
        raise ScopeInvalid
    return issue
