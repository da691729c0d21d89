"""What each kind of bearer may ask for."""

from datetime import UTC, datetime

import pytest

from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenInvalid
from shared.relying_party.principals import AccountHolder, require_account, require_role
from shared.tokens.access_token import Scope
from tests.relying_party.administrators import account_administrator, identity

NOW = datetime(2031, 5, 17, 12, 0, 0, tzinfo=UTC)


def _holder(scope: Scope) -> AccountHolder:
    return account_administrator(signed_in_at=NOW, scope=scope)


def test_a_token_for_registering_carries_no_role() -> None:
    """Else an administrator's access pass would be worth the administrator's key."""
    require_role(_holder(Scope.ACCOUNT), Role.AUTHENTICATORS_ADMIN)
    with pytest.raises(NotPermitted):
        require_role(_holder(Scope.REGISTER), Role.AUTHENTICATORS_ADMIN)


def test_a_role_is_not_another() -> None:
    with pytest.raises(NotPermitted):
        require_role(_holder(Scope.ACCOUNT), Role.AUDIT_READ)


def test_a_token_for_registering_opens_no_account() -> None:
    assert require_account(_holder(Scope.ACCOUNT)) == _holder(Scope.ACCOUNT)
    with pytest.raises(NotPermitted):
        require_account(_holder(Scope.REGISTER))


def test_a_providers_token_opens_no_account() -> None:
    with pytest.raises(TokenInvalid):
        require_account(identity(Role.AUTHENTICATORS_ADMIN))
