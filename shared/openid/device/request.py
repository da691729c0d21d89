"""What a device asked for, until a person decides.

The device carries a sealed device code. Storage has a row under the user code, with the request and
the decision, both sealed: so nobody who can only write rows can change one or approve.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import base64url
from shared.openid.authorization.request_format import pack, unpack
from shared.openid.device.profiled import AskedProfile
from shared.sealed import open_sealed, seal
from shared.webauthn.state import make_purpose

REQUEST = "device request"
LIFETIME_SECONDS = 300
_START = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    device_code: bytes
    """The ID of the device code that this is for."""
    client_id: str
    scope: tuple[str, ...]
    resources: tuple[str, ...]
    """Those that the client named."""
    address: str | None
    """Of the device."""
    at: datetime
    profile: AskedProfile | None = None
    """The access profile to which the scope belongs, if it belongs to one."""

    @property
    def expires_at(self) -> int:
        """In Unix seconds."""
        return int(self.at.timestamp()) + LIFETIME_SECONDS

    def purpose(self, role: str | None = None) -> bytes:
        """Of the gesture that approves this request, and no other one. `role` is the one in a
        database that the person was shown."""
        code = base64url.encode(self.device_code)
        asked = " ".join(self.scope), " ".join(self.resources)
        profile = () if self.profile is None else (*self.profile, role or "")
        return make_purpose("device approval", code, self.client_id, *asked, *profile)

    def is_from(self, address: str | None) -> bool | None:
        """Whether the device has this address, as far as limits tell addresses apart. None if one
        of the two is not known."""
        return None if None in (self.address, address) else self.address == address


def seal_device_request(request: DeviceRequest, *, random: bytes, sealing_key: bytes) -> str:
    members = {
        "device": base64url.encode(request.device_code),
        "client": request.client_id,
        "scope": list(request.scope),
        "resources": list(request.resources),
        "address": request.address,
        "at": (request.at - _START) // _UNIT,
        "profile": request.profile,
    }
    return seal(
        REQUEST,
        pack(members),
        expires_at=request.expires_at,
        random=random,
        sealing_key=sealing_key,
    )


def open_device_request(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> DeviceRequest:
    """Raise SealInvalid."""
    return _read(unpack(open_sealed(REQUEST, text, now=now, sealing_keys=sealing_keys).content))


def _read(members: Mapping[str, Any]) -> DeviceRequest:
    return DeviceRequest(
        device_code=base64url.decode(members["device"]),
        client_id=members["client"],
        scope=tuple(members["scope"]),
        resources=tuple(members["resources"]),
        address=members["address"],
        at=_START + members["at"] * _UNIT,
        # An earlier version wrote none.
        profile=AskedProfile(*profile) if (profile := members.get("profile")) else None,
    )
