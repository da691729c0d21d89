"""The pass of the first administrator, for an operator."""

from shared.accounts.names import Username
from shared.errors import AccountsExist
from shared.keys.operator_tokens import Purpose
from shared.operators.operator_access import OperatorAccess
from shared.relying_party.onboarding.passes import IssuedPass, Passes


class FirstAdministrator:
    def __init__(self, access: OperatorAccess, passes: Passes) -> None:
        self._access = access
        self._passes = passes

    async def issue(self, username: Username, *, token: str) -> IssuedPass:
        """Raises AccountsExist, and what `OperatorAccess` raises."""
        actor = await self._access.begin(Purpose.FIRST_ADMINISTRATOR, token)
        issued = await self._passes.bootstrap(username, by=actor)
        if issued is None:
            raise AccountsExist
        return issued
