"""Checks that bytes are one well-formed, bounded CBOR item before fido2 reads them.

fido2's decoder accepts truncated strings, uses the last of two equal keys, reads floats as False,
recurses without limit and copies the rest of the buffer for each part of an item. Authenticators
must send none of that: CTAP 2.1 section 8 ("Message Encoding") allows definite lengths, unique keys
and four levels of nesting.
"""

MAX_DEPTH = 8
MAX_PARTS = 512
"""Keys, values and elements, on all levels. No captured ceremony has more than a few dozen."""
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT = range(4)
_FALSE, _TRUE = 20, 21


def check_item(data: bytes) -> None:
    """Raise ValueError unless `data` is exactly one well-formed item."""
    if item_end(data, 0) != len(data):
        raise ValueError("bytes after the CBOR item")


def item_end(data: bytes, start: int) -> int:
    """Return the offset just after the item that begins at `start`, or raise ValueError."""
    return _Walk(data).item_end(start, 0)


class _Walk:
    """Walks over one item and counts its parts."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parts = 0

    def item_end(self, start: int, depth: int) -> int:
        self._count(depth)
        major, argument, position = _head(self._data, start)
        match major:
            case 0 | 1:  # unsigned, negative
                return position
            case 2 | 3:  # byte string, text string
                return _string_end(self._data, position, argument, is_text=major == _TEXT)
            case 4:  # array
                for _ in range(argument):
                    position = self.item_end(position, depth + 1)
                return position
            case 5:  # map
                return self._map_end(position, argument, depth)
            case 7 if argument in (_FALSE, _TRUE) and position == start + 1:
                return position
        raise ValueError("CBOR type that no authenticator sends")

    def _map_end(self, position: int, length: int, depth: int) -> int:
        keys: set[tuple[int, int | bytes]] = set()
        for _ in range(length):
            self._count(depth)
            key, position = _map_key(self._data, position)
            if key in keys:
                raise ValueError("CBOR map has a key twice")
            keys.add(key)
            position = self.item_end(position, depth + 1)
        return position

    def _count(self, depth: int) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise ValueError("CBOR of too many parts")
        if depth > MAX_DEPTH:
            raise ValueError("CBOR nested too deeply")


def _head(data: bytes, start: int) -> tuple[int, int, int]:
    if start >= len(data):
        raise ValueError("CBOR cut short")
    major, information = data[start] >> 5, data[start] & 0x1F
    position = start + 1
    if information < 24:
        return major, information, position
    if information > 27:
        raise ValueError("CBOR of indefinite length")
    size = 1 << (information - 24)
    if position + size > len(data):
        raise ValueError("CBOR cut short")
    return major, int.from_bytes(data[position : position + size]), position + size


def _string_end(data: bytes, start: int, length: int, *, is_text: bool) -> int:
    end = start + length
    if end > len(data):
        raise ValueError("CBOR cut short")
    if is_text:
        data[start:end].decode()  # UnicodeDecodeError is a ValueError
    return end


def _map_key(data: bytes, start: int) -> tuple[tuple[int, int | bytes], int]:
    """Return the key as a value, so that two encodings of one key are equal."""
    major, argument, position = _head(data, start)
    if major in (_UNSIGNED, _NEGATIVE):
        return (major, argument), position
    if major not in (_BYTES, _TEXT):
        raise ValueError("CBOR map key is not an integer or a string")
    end = _string_end(data, position, argument, is_text=major == _TEXT)
    return (major, data[position:end]), end
