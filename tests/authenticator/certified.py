"""What attestations with a certificate have in common."""

from dataclasses import dataclass
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.authenticator.certificates import VALID, Authority, Extension, Profile, Validity
from tests.authenticator.keys import SigningKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Certified:
    """An attestation by certificate; all but the authority are lies about the leaf."""

    authority: Authority
    is_ca: bool | None = False
    """Basic constraints; None leaves them out."""
    validity: Validity = VALID
    version: int = 3
    forged: bool = False
    """The leaf bears the authority's name but another key's signature."""
    over_sha1: bool = False
    """The authority signs the leaf's SHA-1."""
    extra: tuple[Extension, ...] = ()
    """Further extensions of the leaf."""
    with_root: bool = False
    """x5c ends in the root, which belongs to the verifier."""
    x5c: tuple[object, ...] | None = None
    """Instead of the whole chain."""

    zero_aaguid: ClassVar[bool] = False

    def certified(
        self, key: SigningKey, subject: x509.Name, *extensions: Extension
    ) -> list[object]:
        """A chain, leaf first, whose leaf carries the key."""
        if self.x5c is not None:
            return list(self.x5c)
        profile = Profile(
            subject=subject,
            is_ca=self.is_ca,
            validity=self.validity,
            version=self.version,
            extensions=(*extensions, *self.extra),
            forged=self.forged,
            over_sha1=self.over_sha1,
        )
        leaf = self.authority.issue(profile, key.public_key)
        root = [self.authority.root.public_bytes(Encoding.DER)] if self.with_root else []
        return [leaf, *self.authority.chain, *root]
