"""The `tpm` statement (L3 section 8.3).

fido2's verifier parses `clockInfo`, which section 8.3 says to ignore, and refuses a TPM whose
"safe" byte is not 0 or 1 (the W3C's own test vector among them). The public area and its name
are still read by fido2.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import new as new_hash
from typing import Any

from cryptography import x509
from fido2.attestation.tpm import TpmPublicFormat
from fido2.utils import ByteBuffer
from fido2.webauthn import AuthenticatorData

from shared.webauthn.attestation.certificates import (
    check_aaguid_extension,
    check_chain,
    credential_public_key,
    verify_leaf_signature,
)
from shared.webauthn.attestation.extensions import (
    ALTERNATIVE_NAME,
    Extension,
    basic_constraints,
    directory_name,
    extended_key_usage,
    read_extensions,
)
from shared.webauthn.attestation.tpm_manufacturers import MANUFACTURERS
from shared.webauthn.attestation.types import AttestationType

_GENERATED_VALUE = b"\xffTCG"
_ST_ATTEST_CERTIFY = b"\x80\x17"
_CLOCK_INFO_AND_FIRMWARE = 17 + 8
_AIK_CERTIFICATE = "2.23.133.8.3"
_MANUFACTURER, _MODEL, _VERSION = "2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3"
_MANUFACTURER_ID = re.compile("[iI][dD]:([0-9A-Fa-f]{8})", re.ASCII)
_VERSION_ID = re.compile("id:[0-9A-Fa-f]{1,16}", re.ASCII)
_LONGEST_MODEL = 128
_HASHES = {
    -7: "sha256",
    -35: "sha384",
    -36: "sha512",
    -37: "sha256",
    -257: "sha256",
    -65535: "sha1",  # RS1: the first Windows TPMs attest only with this
}


def verify_tpm(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    if statement["ver"] != "2.0":
        raise ValueError("TPM version")
    public_area = TpmPublicFormat.parse(statement["pubArea"])
    registered = credential_public_key(data)
    if type(registered).from_cryptography_key(public_area.public_key()) != registered:
        raise ValueError("pubArea is of another key")
    algorithm, cert_info, x5c = statement["alg"], statement["certInfo"], statement["x5c"]
    attested = new_hash(_HASHES[algorithm], data + client_data_hash).digest()
    _check_cert_info(cert_info, extra_data=attested, name=public_area.name())
    verify_leaf_signature(
        x5c[0],
        algorithm=algorithm,
        message=cert_info,
        signature=statement["sig"],
        sha1_allowed=True,
    )
    _check_aik_certificate(x509.load_der_x509_certificate(x5c[0]))
    check_aaguid_extension(x5c[0], data)
    check_chain(x5c, at=at)
    return AttestationType.ATTESTATION_CA


def _check_cert_info(cert_info: bytes, *, extra_data: bytes, name: bytes) -> None:
    """TPMS_ATTEST, TPM 2.0 part 2 section 10.12.8."""
    reader = ByteBuffer(cert_info)
    if reader.read(4) != _GENERATED_VALUE or reader.read(2) != _ST_ATTEST_CERTIFY:
        raise ValueError("certInfo is not a TPM's certification of a key")
    reader.read(reader.unpack("!H"))  # qualifiedSigner, ignored as section 8.3 says
    if reader.read(reader.unpack("!H")) != extra_data:
        raise ValueError("certInfo.extraData is of another ceremony")
    reader.read(_CLOCK_INFO_AND_FIRMWARE)
    if reader.read(reader.unpack("!H")) != name:
        raise ValueError("certInfo.attested.name is of another public area")
    reader.read(reader.unpack("!H"))  # qualifiedName
    if reader.read():
        raise ValueError("bytes after certInfo")


def _check_aik_certificate(certificate: x509.Certificate) -> None:
    """L3 section 8.3.1."""
    if certificate.version is not x509.Version.v3 or len(certificate.subject) != 0:
        raise ValueError("AIK certificate must be version 3 with an empty subject")
    extensions = read_extensions(certificate)
    _check_alternative_name(extensions[ALTERNATIVE_NAME])
    if _AIK_CERTIFICATE not in extended_key_usage(extensions):
        raise ValueError("AIK certificate lacks its extended key usage")
    if basic_constraints(extensions).ca:
        raise ValueError("AIK certificate must not be a CA")


def _check_alternative_name(extension: Extension) -> None:
    """TPMv2 EK profile, section 3.2.9, and RFC 5280 section 4.2.1.6 on an empty subject."""
    if not extension.critical:
        raise ValueError("the alternative name must be critical where the subject is empty")
    name = directory_name(extension)
    if not _is_model(name[_MODEL]) or not _VERSION_ID.fullmatch(name[_VERSION]):
        raise ValueError("the alternative name lacks the TPM's model or version")
    manufacturer = _MANUFACTURER_ID.fullmatch(name[_MANUFACTURER])
    if not manufacturer or f"id:{manufacturer[1].upper()}" not in MANUFACTURERS:
        raise ValueError("the TPM's manufacturer is not in the registry")


def _is_model(text: str) -> bool:
    return text.isprintable() and not text.isspace() and 0 < len(text) <= _LONGEST_MODEL
