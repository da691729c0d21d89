"""The list of certificates that count no more, though their time is not over.

A certificate is listed if the session, the credential or the account that it rests on does not
stand any more. Anybody may read the list, so a process makes it anew once in a minute at most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.access_broker.certificates.authority import CertificateAuthority
from shared.expiring_cache import ExpiringCache
from shared.storage.access.issued_certificates import IssuedCertificate, IssuedCertificates
from shared.storage.openid.standings import StandingReader
from shared.storage.tables.gather_limited import gather_limited

AGE: Final = timedelta(minutes=1)
_NO_CLIENT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    authority: CertificateAuthority
    store: IssuedCertificates
    standings: StandingReader
    clock: Callable[[], datetime]
    cache: ExpiringCache[None, list[bytes]] = field(init=False)

    def __post_init__(self) -> None:
        cache = ExpiringCache[None, list[bytes]](size=1, lifetime=AGE, clock=self.clock)
        object.__setattr__(self, "cache", cache)

    async def lists(self) -> list[bytes]:
        """In DER, one for each authority that is published; that of the current one comes first.
        Raises CertificatesOff, KeysUnavailable, StorageUnavailable."""
        self.authority.require()
        return await self.cache.get(None, self._make)

    async def _make(self) -> list[bytes]:
        now = self.clock()
        live = await self.store.live(now=now)
        grounds = list({each.grounds: each for each in live}.values())
        stand = await gather_limited(self._stands, grounds)
        standing = {each.grounds for each, holds in zip(grounds, stand, strict=True) if holds}
        revoked = [each.serial for each in live if each.grounds not in standing]
        return await self.authority.lists(revoked, now=now)

    async def _stands(self, issued: IssuedCertificate) -> bool:
        """One query."""
        standing = await self.standings.find(
            issued.handle,
            issued.session,
            credential_hash=issued.credential_hash,
            client_id=_NO_CLIENT,
            now=self.clock(),
        )
        return standing is not None
