"""The authority for client certificates: only here its key signs, and only what is built here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from shared.access.certificates.authority import own_certificate
from shared.access.certificates.client_certificate import ClientCertificate, certificate_to_sign
from shared.access.certificates.der import put_together
from shared.access.certificates.pem import certificate_pem
from shared.access.certificates.revocation_list import list_to_sign
from shared.errors.certificates import CertificatesOff
from shared.keys.client_ca.key import ClientCaKey
from shared.keys.current_keys import CurrentKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """In PEM."""

    certificate: str
    authority: str
    """The certificate of the authority that signed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAuthority:
    """Each method raises CertificatesOff if there is none, and KeysUnavailable."""

    keys: CurrentKeys
    _certificates: dict[bytes, str] = field(default_factory=dict)
    """Of the authority, by the key: each is signed once in a process."""

    def require(self) -> None:
        if not self.keys.has_client_ca:
            raise CertificatesOff

    async def certify(self, wanted: ClientCertificate) -> Certified:
        key = await self.keys.client_ca()
        to_be_signed = certificate_to_sign(wanted, authority=key.public_key)
        return Certified(
            certificate=certificate_pem(await _signed(to_be_signed, key)),
            authority=await self._certificate(key),
        )

    async def bundle(self) -> str:
        """The certificates of all authorities that servers must trust, in PEM. The newest comes
        first."""
        keys = await self.keys.published_client_cas()
        return "".join([await self._certificate(key) for key in keys])

    async def lists(self, revoked: Collection[int], *, now: datetime) -> list[bytes]:
        """The list of each authority that is published, in DER. That of the one that signs now
        comes first."""
        current = await self.keys.client_ca()
        others = [
            key
            for key in await self.keys.published_client_cas()
            if key.fingerprint != current.fingerprint
        ]
        return [
            await _signed(list_to_sign(revoked, authority=key.public_key, now=now), key)
            for key in (current, *others)
        ]

    async def _certificate(self, key: ClientCaKey) -> str:
        found = self._certificates.get(key.fingerprint)
        if found is None:
            found = certificate_pem(await _signed(own_certificate(key.public_key), key))
            self._certificates[key.fingerprint] = found
        return found


async def _signed(to_be_signed: bytes, key: ClientCaKey) -> bytes:
    return put_together(to_be_signed, await key.sign(to_be_signed))
