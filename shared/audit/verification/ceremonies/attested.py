"""The credential that an attestation object registers, and signatures by its key."""

from dataclasses import dataclass
from hashlib import sha256

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject

from shared.audit.verification.reading import Malformed
from shared.cose import parse_key


@dataclass(frozen=True, slots=True)
class PublicKey:
    cose: CoseKey

    @property
    def hash(self) -> bytes:
        return sha256(cbor.encode(self.cose)).digest()

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self.cose.verify(message, signature)
        # The key may be as hostile as the file. On any error the signature is not proven.
        except Exception:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    authenticator_data: bytes
    attestation_format: str
    aaguid: bytes
    credential_id: bytes
    public_key: PublicKey


def read_attested(attestation_object: bytes) -> Attested:
    """Raise Malformed unless the object attests a credential."""
    try:
        attestation = AttestationObject(attestation_object)
        credential = attestation.auth_data.credential_data
        if credential is None:
            raise ValueError("no credential")
        return Attested(
            authenticator_data=bytes(attestation.auth_data),
            attestation_format=attestation.fmt,
            aaguid=bytes(credential.aaguid),
            credential_id=credential.credential_id,
            public_key=PublicKey(parse_key(credential.public_key)),
        )
    # fido2 documents no exception type for hostile input.
    except Exception as error:
        raise Malformed from error
