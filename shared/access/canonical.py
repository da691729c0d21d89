"""JSON in the one form of RFC 8785, of which digests and signatures are made."""

from hashlib import sha256

from shared import base64url


class NotCanonical(ValueError):
    """The value has no canonical form. The text says why, without the value."""


def canonical_json(value: object) -> bytes:
    """Raise NotCanonical for numbers that JSON readers change, and for lone surrogates."""
    # As it is loaded, so is its parser of numbers. A begin of a ceremony needs neither.
    import rfc8785

    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except ValueError as error:  # its text repeats the value
        raise NotCanonical("has a number beyond 2^53, or a character that is none") from error
    except RecursionError as error:
        raise NotCanonical("is nested too deeply") from error


def digest(value: object) -> str:
    """SHA-256 of the canonical form, in base64url. Raise NotCanonical."""
    return base64url.encode(sha256(canonical_json(value)).digest())
