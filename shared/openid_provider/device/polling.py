"""A device polls: what it sent, and what the person has decided (RFC 8628 section 3.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.authorization.redemption import check_binding
from shared.openid.clients.client import Client, Grant
from shared.openid.device.decision import Approval, Refusal, Rejection, open_decision
from shared.openid.device.device_code import OpenedDeviceCode, open_device_code
from shared.openid.device.pace import Pace
from shared.openid.device.request import DeviceRequest, open_device_request
from shared.sealed import SealInvalid
from shared.storage.openid.device_codes import DeviceCodeStore, WaitingDevice


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the code
class PresentedDeviceCode:
    text: str
    resources: tuple[str, ...]
    """Those for which the client wants this access token: some of what it named before."""
    thumbprint: str | None
    """Of the key that the client proved to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    stored: WaitingDevice
    request: DeviceRequest
    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    store: DeviceCodeStore
    pace: Pace
    keys: CurrentKeys
    clock: Callable[[], datetime]

    async def poll(self, presented: PresentedDeviceCode, client: Client) -> Approved:
        """One read, or none for a poll that is wrong, too late or too early. Raises GrantRefused,
        also as long as nobody has decided."""
        if Grant.DEVICE_CODE not in client.grants:
            raise GrantRefused("unauthorized_client", "This client may not use the device flow.")
        opened = await self._open(presented.text, client)
        check_binding(client, presented.thumbprint)
        if self.pace.is_too_fast(opened.id, now=self.clock()):
            raise GrantRefused("slow_down", "Wait five seconds longer between two requests.")
        stored = await self.store.find(opened.code.row)
        if stored is None:
            raise used_before()
        request = await self._open_request(stored, opened)
        return Approved(
            stored=stored, request=request, approval=await self._approval(stored, opened.id)
        )

    async def _open(self, text: str, client: Client) -> OpenedDeviceCode:
        now = self._now()
        try:
            opened = open_device_code(text, now=now, sealing_keys=await self.keys.sealing_keys())
        except SealInvalid as error:
            raise GrantRefused("invalid_grant", "This is no device code of ours.") from error
        if opened.code.client_id != client.id:
            raise GrantRefused("invalid_grant", "The device code is of another client.")
        if opened.code.expires_at <= now:
            raise GrantRefused("expired_token", "The device code has expired. Begin again.")
        return opened

    async def _open_request(self, stored: WaitingDevice, opened: OpenedDeviceCode) -> DeviceRequest:
        try:
            request = open_device_request(
                stored.request, now=self._now(), sealing_keys=await self.keys.sealing_keys()
            )
        except SealInvalid as error:
            raise GrantRefused("expired_token", "The device code has expired.") from error
        if request.device_code != opened.id:
            raise used_before()  # since then, another device got the same user code
        return request

    async def _approval(self, stored: WaitingDevice, device_code: bytes) -> Approval:
        if stored.decision is None:
            raise GrantRefused("authorization_pending", "The person has not decided yet.")
        try:
            decision = open_decision(
                stored.decision,
                device_code,
                now=self._now(),
                sealing_keys=await self.keys.sealing_keys(),
            )
        except SealInvalid as error:
            raise GrantRefused("access_denied", "The decision cannot be read.") from error
        if isinstance(decision, Rejection):
            raise GrantRefused("access_denied", "The person rejected this sign-in.")
        if isinstance(decision, Refusal):
            raise not_allowed()
        return decision

    def _now(self) -> int:
        return int(self.clock().timestamp())


def used_before() -> GrantRefused:
    return GrantRefused("invalid_grant", "The device code was used before. Begin again.")


def not_allowed() -> GrantRefused:
    """One answer for all reasons: whoever began it need not be the person who approves."""
    return GrantRefused("access_denied", "The access profile does not allow this connection.")
