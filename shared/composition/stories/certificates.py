"""Stories of client certificates."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.restores import RestoreStories

if TYPE_CHECKING:
    from shared.access_broker.certificates.authority import CertificateAuthority
    from shared.access_broker.certificates.issuing import Issuing
    from shared.access_broker.certificates.revocations import Revocations


class CertificateStories(RestoreStories):
    @cached_property
    def certificate_authority(self) -> "CertificateAuthority":
        from shared.access_broker.certificates.authority import CertificateAuthority

        return CertificateAuthority(keys=self._parts.keys)

    @cached_property
    def certificate_issuing(self) -> "Issuing":
        from shared.composition.access.certificates import make_issuing

        return make_issuing(
            self._approval_parts,
            self.certificate_authority,
            asking=self.approval_asking,
            using=self.approval_using,
        )

    @cached_property
    def certificate_revocations(self) -> "Revocations":
        from shared.composition.access.certificates import make_revocations

        return make_revocations(self._parts, self.certificate_authority)
