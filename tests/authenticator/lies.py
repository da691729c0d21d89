"""Every lie the authenticator can tell; each is a keyword of `create` or `get`, and they compose.

A lie that is not told leaves its part honest. `Json` members are written as they are given,
whatever their type; bytes among them are base64url-encoded first. A `Rewrite` is the bytes to
put in place, or what makes them of the bytes that would be there.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

from tests.authenticator.attestation import AttestationMaker
from tests.authenticator.keys import SigningKey

type Json = Any
type Rewrite = bytes | Callable[[bytes], bytes]


class ClientDataLies(TypedDict, total=False):
    type: Json
    """Instead of webauthn.create or webauthn.get."""
    challenge: Json
    """Instead of the options' challenge."""
    origin: Json
    """Instead of the origin the client is at."""
    cross_origin: Json
    """Instead of false."""
    top_origin: Json
    """A topOrigin member, which is otherwise absent."""
    client_data: Rewrite
    """clientDataJSON as a whole."""
    client_data_extra: Mapping[str, Json]
    """Members added or replaced."""
    client_data_omit: tuple[str, ...]
    """Members left out."""
    duplicate_client_data_member: tuple[str, Json]
    """A member written first with this value, then again with the true one."""
    client_data_encoding: str
    """A codec other than utf-8, such as utf-16 or utf-8-sig."""


class AuthenticatorDataLies(TypedDict, total=False):
    rp_id_hash: bytes
    """Instead of the RP ID's SHA-256."""
    user_present: bool
    """The UP flag."""
    user_verified: bool
    """The UV flag."""
    backup_eligible: bool
    """The BE flag."""
    backup_state: bool
    """The BS flag."""
    attested: bool
    """The AT flag alone; the data is there or not as it would be."""
    attested_data: bytes
    """Attested credential data as a whole; does not touch the AT flag."""
    extensions: object
    """Extension data in CBOR, with the ED flag; anything `cbor.encode` takes."""
    extension_flag: bool
    """The ED flag alone, with or without data."""
    reserved_flags: int
    """Bits set on top of all others, such as 0x02 and 0x20."""
    sign_count: int
    """The count sent; the authenticator's own still goes its way."""
    auth_data: Rewrite
    """The authenticator data as a whole."""
    auth_data_suffix: bytes
    """Bytes left over at the end."""


class EnvelopeLies(TypedDict, total=False):
    credential_id: bytes
    """The credential ID everywhere it appears."""
    id: Json
    """The member id alone."""
    raw_id: Json
    """The member rawId alone."""
    envelope_type: Json
    """Instead of public-key."""
    attachment: Json
    """Instead of the authenticator's attachment."""
    client_extension_results: Json
    """Instead of the honest extension outputs."""
    omit: tuple[str, ...]
    """Dotted paths of members left out of the response, such as response.signature."""
    replace: Mapping[str, Json]
    """Dotted paths and the values put there, after all else."""


class SignatureLies(TypedDict, total=False):
    signature: Rewrite
    """The signature; in a registration, the attestation statement's sig."""
    sign_with: SigningKey
    """Another key signs in place of the credential's."""
    changed_after_signing: Literal["auth_data", "client_data"]
    """Changed without harm to its form, so that only a signature can tell (none has none)."""


class RegistrationLies(
    ClientDataLies, AuthenticatorDataLies, EnvelopeLies, SignatureLies, total=False
):
    key: SigningKey
    """The credential's key pair, instead of a new one of an offered algorithm."""
    public_key: Mapping[int, Any] | bytes
    """Instead of the key's COSE form; bytes stand as they are, CBOR or not."""
    algorithm_claimed: Json
    """The COSE key's alg (and publicKeyAlgorithm), whatever the key is."""
    aaguid: bytes
    """Instead of the authenticator's."""
    credential_id_length: int
    """The length declared in front of the credential ID."""
    attestation: AttestationMaker
    """Attest in this way, whatever conveyance the options ask for."""
    fmt: object
    """Instead of the statement's format."""
    att_stmt: object | Callable[[dict[str, Any]], object]
    """Instead of the statement, or what makes it of the honest one; in CBOR."""
    attestation_object: bytes | Callable[[dict[str, Any]], object]
    """The object as a whole, or what makes it (or its bytes) of the honest members."""


class AssertionLies(
    ClientDataLies, AuthenticatorDataLies, EnvelopeLies, SignatureLies, total=False
):
    user_handle: bytes | None
    """Instead of the credential's; None leaves it out."""


def rewritten(honest: bytes, lie: Rewrite | None) -> bytes:
    match lie:
        case None:
            return honest
        case bytes():
            return lie
    return lie(honest)


def require_known(told: Mapping[str, object], known: type) -> None:
    """A misspelt lie would be the truth."""
    if unknown := told.keys() - known.__annotations__.keys():
        raise TypeError(f"no such lie: {', '.join(sorted(unknown))}")
