"""A device asks for a code that it shows to a person."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import AuthorizationDenied, StorageUnavailable
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client, Grant
from shared.openid.device.device_code import DeviceCode, seal_device_code
from shared.openid.device.profiled import Allowed
from shared.openid.device.request import LIFETIME_SECONDS, DeviceRequest, seal_device_request
from shared.openid.device.user_code import RANDOM_BYTES as CODE_BYTES
from shared.openid.device.user_code import make_user_code, show_user_code
from shared.openid.permission import allowed_scope, check_targets
from shared.openid_provider.device.profiles import DeviceProfiles
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.sealed import RANDOM_BYTES, id_of
from shared.sessions.token_settings import TokenSettings
from shared.storage.openid.device_codes import DeviceCodeStore
from shared.storage.service_key import ServiceKey

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the codes
class DeviceAuthorization:
    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    """In seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAsking:
    store: DeviceCodeStore
    limiter: RateLimiter
    profiles: DeviceProfiles
    settings: TokenSettings
    service_key: ServiceKey
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def ask(
        self,
        client: Client,
        *,
        scope: tuple[str, ...],
        resources: tuple[str, ...],
        address: str | None,
    ) -> DeviceAuthorization:
        """`client` has authenticated. Raises AuthorizationDenied, TooManyRequests."""
        if Grant.DEVICE_CODE not in client.grants:
            raise AuthorizationDenied(
                "unauthorized_client", "This client may not use the device flow."
            )
        allowed = await self._allowed(client, scope, resources)
        if client.is_public:  # anybody may ask in its name, and must not use up its quota
            await self.limiter.spend(Action.DEVICE, address=address)
        else:
            await self.limiter.spend(Action.DEVICE, client=client.id.encode())
        random = self.random(RANDOM_BYTES)
        request = DeviceRequest(
            device_code=id_of(random),
            client_id=client.id,
            scope=allowed.scope,
            resources=allowed.resources,
            profile=allowed.profile,
            address=address,
            at=self.clock(),
        )
        return await self._keep(request, random)

    async def _allowed(
        self, client: Client, scope: tuple[str, ...], resources: tuple[str, ...]
    ) -> Allowed:
        by_profile = await self.profiles.ask(client, scope=scope, resources=resources)
        if by_profile is not None:
            return by_profile
        granted = allowed_scope(scope, client)
        check_targets(resources, client, scope=granted, settings=self.settings)
        return Allowed(scope=granted, resources=resources)

    async def _keep(self, request: DeviceRequest, random: bytes) -> DeviceAuthorization:
        sealing_key = await self.keys.sealing_key()
        sealed = seal_device_request(
            request, random=self.random(RANDOM_BYTES), sealing_key=sealing_key
        )
        user_code, row = await self._add(sealed, request.expires_at)
        code = DeviceCode(client_id=request.client_id, row=row, expires_at=request.expires_at)
        now = int(request.at.timestamp())
        return DeviceAuthorization(
            device_code=seal_device_code(code, now=now, random=random, sealing_key=sealing_key),
            user_code=show_user_code(user_code),
            verification_uri=f"{self.settings.issuer}/device",
            expires_in=LIFETIME_SECONDS,
        )

    async def _add(self, sealed: str, expires_at: int) -> tuple[str, bytes]:
        """Under a code that no other device has."""
        service_key = await self.service_key.get()
        for _ in range(_ATTEMPTS):
            user_code = make_user_code(self.random(CODE_BYTES))
            row = row_of(user_code, service_key=service_key)
            if await self.store.add(row, request=sealed, expires_at=expires_at):
                return user_code, row
        raise StorageUnavailable


def row_of(user_code: str, *, service_key: bytes) -> bytes:
    """The name of the row. Who can read the tables does not learn the code from it."""
    return hmac.digest(service_key, b"user code\0" + user_code.encode(), "sha256")
