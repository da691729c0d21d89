"""COSE keys that no relying party should register, ready for `create(public_key=...)`."""

from collections.abc import Callable, Mapping

from tests.authenticator import keys
from tests.authenticator.keys import CoseKey

KTY, ALG, CRV, X, Y = 1, 3, -1, -2, -3
N, E = -1, -2
_P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


def ec_key(**replaced: object) -> CoseKey:
    """A sound ES256 key, but for the members replaced: kty, alg, crv, x, y."""
    labels = {"kty": KTY, "alg": ALG, "crv": CRV, "x": X, "y": Y}
    sound = keys.generate(keys.ES256).cose()
    return sound | {labels[name]: value for name, value in replaced.items()}


def without(key: CoseKey, label: int) -> CoseKey:
    return {held: value for held, value in key.items() if held != label}


def off_curve() -> CoseKey:
    key = ec_key()
    return key | {Y: key[Y][:-1] + bytes([key[Y][-1] ^ 1])}


def unreduced_coordinate() -> CoseKey:
    """An x beyond the field's prime."""
    return ec_key(x=(_P256_PRIME + 5).to_bytes(32))


def point_at_infinity() -> CoseKey:
    return ec_key(x=bytes(32), y=bytes(32))


def compressed_point() -> CoseKey:
    """Only y's sign is given, as a boolean: fine in COSE, forbidden in L3 §5.8.5."""
    return ec_key(y=True)


def short_coordinate() -> CoseKey:
    key = ec_key()
    return key | {X: key[X][1:]}


def padded_coordinate() -> CoseKey:
    """The same point, with a zero in front of x."""
    key = ec_key()
    return key | {X: b"\x00" + key[X]}


def other_curve() -> CoseKey:
    """A P-384 point under ES256, which L3 §5.8.5 binds to P-256."""
    return keys.generate(keys.ES384).cose() | {ALG: keys.ES256}


def ed25519_key(**replaced: object) -> CoseKey:
    """A sound EdDSA key, but for the members replaced: kty, alg, crv, x."""
    labels = {"kty": KTY, "alg": ALG, "crv": CRV, "x": X}
    sound = keys.generate(keys.EDDSA).cose()
    return sound | {labels[name]: value for name, value in replaced.items()}


def ed25519_identity() -> CoseKey:
    """The neutral point as a key: there are signatures that fit any message."""
    return ed25519_key(x=b"\x01" + bytes(31))


def rsa_key(**replaced: object) -> CoseKey:
    """A sound RS256 key, but for the members replaced: kty, alg, n, e."""
    labels = {"kty": KTY, "alg": ALG, "n": N, "e": E}
    sound = keys.generate(keys.RS256).cose()
    return sound | {labels[name]: value for name, value in replaced.items()}


def rsa_exponent_one() -> CoseKey:
    """Anyone can sign: the padded digest is its own signature."""
    return rsa_key(e=b"\x01")


def rsa_even_modulus() -> CoseKey:
    return rsa_key(n=bytes([0x80]) + bytes(255))


def rsa_small_modulus(bits: int = 1024) -> CoseKey:
    """A modulus small enough to factor."""
    return keys.generate_rsa(keys.RS256, bits=bits).cose()


def rsa_huge_modulus(bits: int = 65536) -> CoseKey:
    """A modulus that makes each verification slow."""
    return rsa_key(n=b"\xff" * (bits // 8))


def rs1() -> CoseKey:
    """RSA with SHA-1."""
    return keys.generate(keys.RS1).cose()


def hs256() -> CoseKey:
    """A symmetric key: its holder and its verifier are one."""
    return {KTY: 4, ALG: 5, -1: bytes(32)}


def ml_dsa_short() -> CoseKey:
    key = keys.generate(keys.ML_DSA_44).cose()
    return key | {-1: key[-1][:-1]}


DISHONEST_KEYS: Mapping[str, Callable[[], CoseKey]] = {
    "off-curve": off_curve,
    "unreduced-coordinate": unreduced_coordinate,
    "point-at-infinity": point_at_infinity,
    "compressed-point": compressed_point,
    "short-coordinate": short_coordinate,
    "padded-coordinate": padded_coordinate,
    "empty-coordinate": lambda: ec_key(x=b""),
    "missing-coordinate": lambda: without(ec_key(), Y),
    "text-coordinate": lambda: ec_key(x="x" * 32),
    "other-curve": other_curve,
    "wrong-curve": lambda: ec_key(crv=2),
    "unknown-curve": lambda: ec_key(crv=99),
    "missing-curve": lambda: without(ec_key(), CRV),
    "wrong-key-type": lambda: ec_key(kty=3),
    "unknown-key-type": lambda: ec_key(kty=99),
    "missing-key-type": lambda: without(ec_key(), KTY),
    "unknown-algorithm": lambda: ec_key(alg=-999),
    "algorithm-zero": lambda: ec_key(alg=0),
    "algorithm-as-text": lambda: ec_key(alg="ES256"),
    "missing-algorithm": lambda: without(ec_key(), ALG),
    "empty-key": dict,
    "ed25519-as-es256": lambda: ed25519_key(alg=keys.ES256),
    "ed25519-wrong-curve": lambda: ed25519_key(crv=4),
    "ed25519-short": lambda: ed25519_key(x=bytes(31)),
    "ed25519-long": lambda: ed25519_key(x=bytes(33)),
    "ed25519-identity": ed25519_identity,
    "rsa-as-es256": lambda: rsa_key(alg=keys.ES256),
    "rsa-exponent-one": rsa_exponent_one,
    "rsa-exponent-even": lambda: rsa_key(e=b"\x02"),
    "rsa-exponent-zero": lambda: rsa_key(e=b"\x00"),
    "rsa-missing-exponent": lambda: without(rsa_key(), E),
    "rsa-missing-modulus": lambda: without(rsa_key(), N),
    "rsa-empty-modulus": lambda: rsa_key(n=b""),
    "rsa-even-modulus": rsa_even_modulus,
    "rsa-small-modulus": rsa_small_modulus,
    "rsa-huge-modulus": rsa_huge_modulus,
    "rs1": rs1,
    "hs256": hs256,
    "ml-dsa-short": ml_dsa_short,
}
"""Every way above by name, for a parametrised test. (An off-list algorithm needs `key=`.)"""
