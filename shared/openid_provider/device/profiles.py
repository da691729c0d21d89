"""Devices that ask for what an access profile gives, such as a connection to a database.

What a profile says is known elsewhere. A profile counts only in the state that it had when the
device asked.
"""

from typing import Protocol

from shared.accounts.handles import UserHandle
from shared.openid.clients.client import Client
from shared.openid.device.profiled import Admitted, Allowed, AskedProfile, ShownDatabase
from shared.openid_provider.device.polling import Approved, PresentedDeviceCode
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.passkeys.assertion_verification import ProvenAssertion
from shared.storage.openid.standings import Standing


class DeviceProfiles(Protocol):
    async def ask(
        self, client: Client, *, scope: tuple[str, ...], resources: tuple[str, ...]
    ) -> Allowed | None:
        """None if no scope belongs to a profile. Raises AuthorizationDenied."""

    async def show(self, asked: AskedProfile, *, account: UserHandle | None) -> ShownDatabase:
        """`account` is the one that will approve, if that is known. Raises DatabaseChanged."""
        ...

    async def admit(
        self, asked: AskedProfile, proven: ProvenAssertion, client: Client, *, shown: str | None
    ) -> Admitted:
        """`shown` is the role that the page has shown. Raises DatabaseRefused."""
        ...


class ProfiledRedemption(Protocol):
    async def redeem(
        self, approved: Approved, standing: Standing, presented: PresentedDeviceCode, client: Client
    ) -> ClientTokens:
        """Use up the device code, with the event. Raises GrantRefused."""
        ...
