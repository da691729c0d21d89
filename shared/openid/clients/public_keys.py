"""The public keys of a client that signs its assertions: a JWK Set (RFC 7517 section 5)."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared import base64url
from shared.members import Members

_MOST_KEYS = 5
_LONGEST_ID = 128
_LEAST_BITS, _MOST_BITS = 2048, 4096
_MOST_EXPONENT = 2**32
_CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
}
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


def read_key_set(members: Members) -> dict[str, Any]:
    """The set with only the members that we know. `members` refuses what is wrong."""
    keys = [_read_key(key) for key in members.inners("keys", limit=_MOST_KEYS)]
    ids = [key.get("kid") for key in keys]
    if not keys:
        members.refuse("keys", "must hold at least one key")
    if len(set(ids)) != len(ids) or (len(ids) > 1 and None in ids):
        members.refuse("keys", "must each have a kid of their own")
    return {"keys": keys}


def _read_key(key: Members) -> dict[str, str]:
    for name in _PRIVATE:
        if name in key.members:
            key.refuse(name, "is of a private key, which only the client may know: make a new one")
    kind = key.optional_choice("kty", ("RSA", "EC"))
    if kind is None:
        key.refuse("kty", "is required")
    numbers, sort = _read_rsa(key) if kind == "RSA" else _read_ec(key)
    given = {
        "kid": key.optional_text("kid", limit=_LONGEST_ID),
        "use": key.optional_choice("use", ("sig",)),
        "alg": key.optional_choice("alg", _ALGORITHMS[sort]),
    }
    return {"kty": kind, **numbers, **{name: text for name, text in given.items() if text}}


def _read_rsa(key: Members) -> tuple[dict[str, str], str]:
    n, e = _number(key, "n"), _number(key, "e")
    if not _LEAST_BITS <= n.bit_length() <= _MOST_BITS or n % 2 == 0:
        key.refuse("n", f"must be a modulus of {_LEAST_BITS} to {_MOST_BITS} bits")
    if e >= _MOST_EXPONENT:
        key.refuse("e", "is too large")
    try:
        rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError:
        key.refuse("e", "is not an exponent")
    return {name: key.text(name, limit=_longest(_MOST_BITS)) for name in ("n", "e")}, "RSA"


def _read_ec(key: Members) -> tuple[dict[str, str], str]:
    name = key.optional_choice("crv", tuple(_CURVES))
    if name is None:
        key.refuse("crv", "is required")
    curve = _CURVES[name]
    x, y = (_number(key, each, size=(curve.key_size + 7) // 8) for each in ("x", "y"))
    try:
        ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    except ValueError:
        key.refuse("x", "and y are no point of the curve")
    return {"crv": name, "x": key.text("x"), "y": key.text("y")}, name


def _number(key: Members, name: str, *, size: int | None = None) -> int:
    """Of `size` bytes if that is fixed (RFC 7518 section 6.2.1.2), else without zeros before it."""
    try:
        data = base64url.decode(key.text(name, limit=_longest(_MOST_BITS)))
    except ValueError:
        key.refuse(name, "must be base64url without padding")
    if len(data) != size if size else data[:1] == b"\0":
        key.refuse(name, f"must have {size} bytes" if size else "must not begin with a zero")
    return int.from_bytes(data)


def _longest(bits: int) -> int:
    return (bits // 8 * 4 + 2) // 3
