"""Extensions of an X.509 certificate, each read separately.

`cryptography` reads all extensions or none. So one unused extension that it cannot parse would make
an honest certificate useless, such as the policy qualifiers of some TPMs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from cryptography import x509
from cryptography.hazmat import asn1

from shared.webauthn.attestation.der import as_sequence, read_fields, read_sequence

BASIC_CONSTRAINTS = "2.5.29.19"
KEY_USAGE = "2.5.29.15"
ALTERNATIVE_NAME = "2.5.29.17"
EXTENDED_KEY_USAGE = "2.5.29.37"
_IDENTIFIERS_OF_KEYS = ("2.5.29.14", "2.5.29.35")
_CERTIFICATE_POLICIES = "2.5.29.32"
_UNDERSTOOD = {
    *(BASIC_CONSTRAINTS, KEY_USAGE, ALTERNATIVE_NAME, EXTENDED_KEY_USAGE, _CERTIFICATE_POLICIES),
    *_IDENTIFIERS_OF_KEYS,
}
_DIRECTORY_NAME = b"\xa4"
_SET = b"\x31"
_STRINGS = (b"\x0c", b"\x13", b"\x16")
"""UTF8String, PrintableString and IA5String, which are all valid UTF-8."""
_KEY_CERT_SIGN = 0x04


@asn1.sequence
class _Extension:
    identifier: x509.ObjectIdentifier
    critical: bool | None
    value: bytes


@asn1.sequence
class _ToBeSigned:
    _version: Annotated[int | None, asn1.Explicit(0)]
    _serial_number: int
    _signature: asn1.TLV
    _issuer: asn1.TLV
    _validity: asn1.TLV
    _subject: asn1.TLV
    _public_key: asn1.TLV
    _issuer_id: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    _subject_id: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[_Extension] | None, asn1.Explicit(3)]


@asn1.sequence
class _BasicConstraints:
    # FALSE is the default, so DER leaves it out, but some makers write it.
    ca: bool | None
    path_length: int | None


@asn1.sequence
class _Usages:
    identifiers: list[x509.ObjectIdentifier]


@asn1.sequence
class _Attribute:
    kind: x509.ObjectIdentifier
    value: asn1.TLV


@asn1.sequence
class _Attributes:
    attributes: list[_Attribute]


@dataclass(frozen=True, slots=True)
class Extension:
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    ca: bool
    path_length: int | None


type Extensions = Mapping[str, Extension]
"""Extensions by their dotted object identifier."""


def read_extensions(certificate: x509.Certificate) -> Extensions:
    to_be_signed = asn1.decode_der(_ToBeSigned, certificate.tbs_certificate_bytes)
    found: dict[str, Extension] = {}
    for each in to_be_signed.extensions or []:
        oid = each.identifier.dotted_string
        if oid in found:
            raise ValueError("an extension stands twice")
        found[oid] = Extension(bool(each.critical), each.value)
    return found


def check_critical(extensions: Extensions) -> None:
    """RFC 5280 section 4.2: a certificate with an unknown critical extension is refused."""
    for oid, extension in extensions.items():
        if extension.critical and oid not in _UNDERSTOOD:
            raise ValueError(f"critical extension {oid} is not understood")


def basic_constraints(extensions: Extensions) -> BasicConstraints:
    """Raise if the certificate has no basic constraints."""
    read = asn1.decode_der(_BasicConstraints, extensions[BASIC_CONSTRAINTS].value)
    return BasicConstraints(bool(read.ca), read.path_length)


def may_issue(extensions: Extensions) -> bool:
    """Whether the key may sign certificates (RFC 5280 sections 4.2.1.3 and 4.2.1.9)."""
    if not basic_constraints(extensions).ca:
        return False
    if KEY_USAGE not in extensions:
        return True
    bits = asn1.decode_der(asn1.BitString, extensions[KEY_USAGE].value).as_bytes()
    return bool(bits) and bool(bits[0] & _KEY_CERT_SIGN)


def extended_key_usage(extensions: Extensions) -> set[str]:
    usages = read_fields(_Usages, extensions[EXTENDED_KEY_USAGE].value)
    return {each.dotted_string for each in usages.identifiers}


def directory_name(extension: Extension) -> dict[str, str]:
    """The attributes of the one directory name in a subject alternative name, by dotted OID."""
    names = read_sequence(extension.value)
    (name,) = (each for each in names if each.tag_bytes == _DIRECTORY_NAME)
    attributes: dict[str, str] = {}
    for relative in read_sequence(bytes(name.data)):
        for attribute in _read_set(relative):
            kind, value = attribute.kind.dotted_string, _read_text(attribute.value)
            if kind in attributes:
                raise ValueError("an attribute of a name stands twice")
            attributes[kind] = value
    return attributes


def _read_set(relative: asn1.TLV) -> list[_Attribute]:
    """The library refuses a set that is not sorted, and makers of TPMs do not sort theirs."""
    if relative.tag_bytes != _SET:
        raise ValueError("a part of a name is no set")
    return read_fields(_Attributes, as_sequence(bytes(relative.data))).attributes


def _read_text(value: asn1.TLV) -> str:
    if value.tag_bytes not in _STRINGS:
        raise ValueError("an attribute of a name is no text")
    return bytes(value.data).decode()
