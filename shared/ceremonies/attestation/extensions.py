"""Extensions of an X.509 certificate, each read by itself.

`cryptography` reads all of them or none: one that it cannot parse, and that nobody here needs,
would make an honest certificate useless (those of some TPMs have such policy qualifiers).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509

from shared.ceremonies.attestation.der import (
    BIT_STRING,
    BOOLEAN,
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    SET,
    Element,
    expect,
    read_boolean,
    read_elements,
    read_integer,
    read_oid,
    read_only,
)

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
_EXTENSIONS = 3
_DIRECTORY_NAME = 0xA4
_STRINGS = (0x0C, 0x13, 0x16)
"""UTF8String, PrintableString and IA5String, which are all UTF-8."""
_KEY_CERT_SIGN = 0x04


@dataclass(frozen=True, slots=True)
class Extension:
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    ca: bool
    path_length: int | None


type Extensions = Mapping[str, Extension]
"""By dotted object identifier."""


def read_extensions(certificate: x509.Certificate) -> Extensions:
    (to_be_signed,) = read_elements(certificate.tbs_certificate_bytes)
    found: dict[str, Extension] = {}
    for field in read_elements(to_be_signed.content):
        if field.tag == _EXTENSIONS:
            (extensions,) = read_elements(field.content)
            for each in read_elements(extensions.content):
                oid, extension = _read_extension(each.content)
                if oid in found:
                    raise ValueError("an extension stands twice")
                found[oid] = extension
    return found


def check_critical(extensions: Extensions) -> None:
    """RFC 5280 section 4.2: a critical extension that is not understood is a refusal."""
    for oid, extension in extensions.items():
        if extension.critical and oid not in _UNDERSTOOD:
            raise ValueError(f"critical extension {oid} is not understood")


def basic_constraints(extensions: Extensions) -> BasicConstraints:
    """Raise if it says nothing of them."""
    members = list(read_elements(read_only(SEQUENCE, extensions[BASIC_CONSTRAINTS].value)))
    ca, path_length = False, None
    # FALSE is the default, so DER leaves it out; some makers write it.
    if members and members[0].first == BOOLEAN:
        ca = read_boolean(members.pop(0))
    if members and members[0].first == INTEGER and members[0].content:
        path_length = read_integer(members.pop(0))
    if members:
        raise ValueError("basic constraints of another form")
    return BasicConstraints(ca, path_length)


def may_issue(extensions: Extensions) -> bool:
    """Whether the key may sign certificates (RFC 5280 sections 4.2.1.3 and 4.2.1.9)."""
    if not basic_constraints(extensions).ca:
        return False
    if KEY_USAGE not in extensions:
        return True
    _unused, *bits = read_only(BIT_STRING, extensions[KEY_USAGE].value)
    return bool(bits) and bool(bits[0] & _KEY_CERT_SIGN)


def extended_key_usage(extensions: Extensions) -> set[str]:
    (sequence,) = read_elements(extensions[EXTENDED_KEY_USAGE].value)
    return {read_oid(each.content) for each in read_elements(sequence.content)}


def directory_name(extension: Extension) -> dict[str, str]:
    """The attributes of the one directory name in a subject alternative name, by dotted OID."""
    names = read_elements(read_only(SEQUENCE, extension.value))
    (name,) = (each for each in names if each.first == _DIRECTORY_NAME)
    attributes: dict[str, str] = {}
    for relative in read_elements(read_only(SEQUENCE, name.content)):
        for attribute in read_elements(expect(SET, relative).content):
            kind, value = _read_attribute(attribute)
            if kind in attributes:
                raise ValueError("an attribute of a name stands twice")
            attributes[kind] = value
    return attributes


def _read_attribute(attribute: Element) -> tuple[str, str]:
    kind, value = read_elements(expect(SEQUENCE, attribute).content)
    if value.first not in _STRINGS:
        raise ValueError("an attribute of a name is no text")
    return read_oid(expect(OBJECT_IDENTIFIER, kind).content), value.content.decode()


def _read_extension(content: bytes) -> tuple[str, Extension]:
    identifier, *critical, value = read_elements(content)
    is_critical = any(map(read_boolean, critical))
    return read_oid(identifier.content), Extension(is_critical, value.content)
