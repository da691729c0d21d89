"""The device code: what a device polls with. Sealed, so a made-up one costs no storage call."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from shared.openid.request_lifetime import REQUEST_SECONDS
from shared.sealed import open_sealed, seal

KIND = "device code"
_FORMAT = struct.Struct(">32sQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    client_id: str
    row: bytes
    """The name of its row."""
    expires_at: int
    """In Unix seconds. Its seal opens for longer, so that a device learns that it is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDeviceCode:
    code: DeviceCode
    id: bytes


def seal_device_code(code: DeviceCode, *, now: int, random: bytes, sealing_key: bytes) -> str:
    content = _FORMAT.pack(code.row, code.expires_at) + code.client_id.encode()
    expires_at = now + REQUEST_SECONDS
    return seal(KIND, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_device_code(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> OpenedDeviceCode:
    """Raise SealInvalid."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    row, expires_at = _FORMAT.unpack_from(opened.content)
    client_id = opened.content[_FORMAT.size :].decode()
    return OpenedDeviceCode(
        code=DeviceCode(client_id=client_id, row=row, expires_at=expires_at), id=opened.id
    )
