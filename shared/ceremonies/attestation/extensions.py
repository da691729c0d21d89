"""Extensions of an X.509 certificate, each read by itself.

`cryptography` reads all of them or none: one that it cannot parse, and that nobody here needs,
would make an honest certificate useless (those of some TPMs have such policy qualifiers).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509

from shared.ceremonies.attestation.der import read_boolean, read_elements, read_integer, read_oid

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
_EXTENSIONS, _BOOLEAN, _DIRECTORY_NAME = 3, 1, 4


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
    (sequence,) = read_elements(extensions[BASIC_CONSTRAINTS].value)
    ca, path_length = False, None
    for element in read_elements(sequence.content):
        if element.tag == _BOOLEAN:
            ca = read_boolean(element)
        else:
            path_length = read_integer(element)
    return BasicConstraints(ca, path_length)


def extended_key_usage(extensions: Extensions) -> set[str]:
    (sequence,) = read_elements(extensions[EXTENDED_KEY_USAGE].value)
    return {read_oid(each.content) for each in read_elements(sequence.content)}


def directory_names(extension: Extension) -> dict[str, str]:
    """The attributes of all directory names in a subject alternative name, by dotted OID."""
    attributes: dict[str, str] = {}
    (names,) = read_elements(extension.value)
    for general_name in read_elements(names.content):
        if general_name.tag == _DIRECTORY_NAME:
            (name,) = read_elements(general_name.content)
            for relative in read_elements(name.content):
                for attribute in read_elements(relative.content):
                    kind, value = read_elements(attribute.content)
                    attributes[read_oid(kind.content)] = value.content.decode()
    return attributes


def _read_extension(content: bytes) -> tuple[str, Extension]:
    identifier, *critical, value = read_elements(content)
    is_critical = any(map(read_boolean, critical))
    return read_oid(identifier.content), Extension(is_critical, value.content)
