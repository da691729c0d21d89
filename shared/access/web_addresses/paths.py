"""The path of a request in one spelling, or no answer at all.

Proxies and applications disagree about paths with an encoded slash, dot segments, semicolons and
the like: one sees `/public`, the other `/admin`. So such a path is refused, and never repaired.
"""

import re
import unicodedata

OWN_PATHS = "/.touchstone"
"""What the proxy of a protected host sends to this service."""
LONGEST = 8_000
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_DISPUTED = re.compile(r"[\x00-\x1f\x7f-\x9f\\;]")
_STILL_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_SYNTAX = frozenset("/\\;%.?#")


class PathRefused(ValueError):
    """The text says what is wrong, and repeats nothing."""


def normal_path(target: str) -> str:
    """The decoded path of a request target, without its query. Raise PathRefused."""
    if not target.startswith("/") or len(target) > LONGEST:
        raise PathRefused("The path must begin with a slash, and must not be too long.")
    raw = target.partition("?")[0]
    if not raw.isascii() or not raw.isprintable() or set(raw) & set(' #\\"<>^`{|}'):
        raise PathRefused("The path has a character that has to be encoded.")
    path = _decode(raw) if "%" in raw else raw
    if _DISPUTED.search(path) or _STILL_ENCODED.search(path):
        raise PathRefused(
            "The path has a backslash, a semicolon, a control character or is encoded twice."
        )
    if any(_is_lookalike(each) for each in path if not each.isascii()):
        raise PathRefused("The path has a character that some take for a separator.")
    # Windows leaves out dots and blanks at the end of a name.
    if "//" in path or any(each.endswith((".", " ")) for each in path.split("/")):
        raise PathRefused("The path has an empty segment or one that ends with a dot or a blank.")
    return path


def _decode(raw: str) -> str:
    data = raw.encode()
    encoded = _ENCODED.findall(data)
    if len(encoded) != data.count(b"%"):
        raise PathRefused("The path has a percent sign that encodes nothing.")
    if b"2f" in (each.lower() for each in encoded):
        raise PathRefused("The path has an encoded slash.")
    try:
        return _ENCODED.sub(lambda found: bytes([int(found[1], 16)]), data).decode()
    except UnicodeDecodeError:  # overlong encodings too
        raise PathRefused("The path is not UTF-8.") from None


def _is_lookalike(character: str) -> bool:
    """Such as a slash of full width: some systems write it as the narrow one."""
    return not _SYNTAX.isdisjoint(unicodedata.normalize("NFKC", character))


def is_below(path: str, prefix: str) -> bool:
    """`/admin` and what is below it, and not `/administration`. An encoded `?` or `#` counts as an
    end too, as it is one for who decodes twice."""
    if prefix == "/":
        return True
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/", "?", "#")


def is_nearly_below(path: str, prefix: str) -> bool:
    """For an application to which upper and lower case are the same."""
    return is_below(folded(path), folded(prefix))


def folded(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()
