"""What the bearer of each kind of token may request."""

from datetime import UTC, datetime

import pytest

from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenInvalid
from shared.principals import AccountHolder
from shared.relying_party.callers.requirements import require_account
from shared.sessions.access_token import AccessToken, Scope
from tests.harness.administrators import identity

NOW = datetime(2031, 5, 17, 12, 0, 0, tzinfo=UTC)


def _holder(scope: Scope) -> AccountHolder:
    token = AccessToken(
        user_handle=UserHandle(bytes(32)), scope=scope, auth_time=NOW, expires_at=NOW, amr=()
    )
    return AccountHolder(token)


def test_a_registration_token_opens_no_account() -> None:
    assert require_account(_holder(Scope.ACCOUNT)) == _holder(Scope.ACCOUNT)
    with pytest.raises(NotPermitted):
        require_account(_holder(Scope.REGISTER))


def test_a_providers_token_opens_no_account() -> None:
    with pytest.raises(TokenInvalid):
        require_account(identity(Role.AUTHENTICATORS_ADMIN))
