"""Certificates and lists as text (RFC 7468)."""

import base64
from collections.abc import Iterator

_LINE = 64


def certificate_pem(der: bytes) -> str:
    return _write("CERTIFICATE", der)


def list_pem(der: bytes) -> str:
    return _write("X509 CRL", der)


def _write(label: str, der: bytes) -> str:
    return "\n".join([f"-----BEGIN {label}-----", *_lines(der), f"-----END {label}-----", ""])


def _lines(der: bytes) -> Iterator[str]:
    text = base64.b64encode(der).decode()
    return (text[at : at + _LINE] for at in range(0, len(text), _LINE))
