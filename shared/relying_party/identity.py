"""Who a bearer token stands for."""

from shared.accounts.handles import UserHandle
from shared.accounts.records import CredentialRecord, UserAccount
from shared.errors import TokenInvalid
from shared.relying_party.resources import Resources
from shared.tokens.access_token import AccessToken, verify_token


class Identity:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def read_token(self, token: str) -> AccessToken:
        """Raises TokenInvalid."""
        return verify_token(
            token,
            keys=await self._resources.published_keys(),
            settings=self._resources.settings.tokens,
            now=self._resources.clock(),
        )

    async def account(self, handle: UserHandle) -> tuple[UserAccount, list[CredentialRecord]]:
        """Raises TokenInvalid if the account is gone."""
        found = await self._resources.accounts.find_account(handle)
        if found is None:
            raise TokenInvalid
        return found
