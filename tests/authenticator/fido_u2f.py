"""FIDO U2F attestation (L3 §8.6)."""

from dataclasses import dataclass
from typing import ClassVar

from tests.authenticator import certificates, keys
from tests.authenticator.attestation import Attested, Statement
from tests.authenticator.certified import Certified


@dataclass(frozen=True, kw_only=True, slots=True)
class FidoU2f(Certified):
    """An authority that is no root puts a second certificate in, which is a lie here."""

    algorithm: int = keys.ES256
    """The attestation key's; any but ES256 is a lie."""

    zero_aaguid: ClassVar[bool] = True

    def __call__(self, attested: Attested) -> Statement:
        key = keys.generate(self.algorithm)
        x5c = self.certified(key, certificates.name(common_name="Test authenticator"))
        signature = attested.signed(_registration_message(attested), key)
        return Statement("fido-u2f", {"x5c": x5c, "sig": signature})


def _registration_message(attested: Attested) -> bytes:
    key = attested.key.cose()
    point: bytes = b"\x04" + key[-2] + key[-3]
    scope = attested.rp_id_hash + attested.client_data_hash
    return b"\x00" + scope + attested.credential_id + point
