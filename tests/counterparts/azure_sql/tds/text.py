"""Text in messages is UTF-16, after its length."""

import struct


def text_of(content: bytes) -> str:
    return content.decode("utf-16-le")


def bytes_of(text: str) -> bytes:
    return text.encode("utf-16-le")


def short(text: str) -> bytes:
    """B_VARCHAR."""
    return bytes([len(text)]) + bytes_of(text)


def long(text: str) -> bytes:
    """US_VARCHAR."""
    return struct.pack("<H", len(text)) + bytes_of(text)
