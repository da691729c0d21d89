"""The collected client data: what the browser was asked, by whom, and on which page.

The checks are the same in both ceremonies, except for the expected type: L3 section 7.1 steps 5 to
11 and section 7.2 steps 8 to 14. fido2's `CollectedClientData` is not used: it uses the last of two
equal members and does not know `topOrigin`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from shared import base64url
from shared.errors import CeremonyRejected, MalformedRequest, Reason
from shared.json_shape import Shape, parse_object
from shared.webauthn.near_miss import describe_near_miss
from shared.webauthn.policy import CeremonyPolicy

type Rejection = Callable[[Reason], CeremonyRejected]
"""RegistrationRejected or AuthenticationRejected, depending on the ceremony."""

MAX_BYTES = 8192
_MAX_ORIGIN = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    raw: bytes
    type: str
    challenge: bytes
    origin: str
    cross_origin: bool
    top_origin: str | None

    @property
    def hash(self) -> bytes:
        return sha256(self.raw).digest()


def read_client_data(raw: bytes) -> ClientData:
    """Raise MalformedRequest unless `raw` is a JSON client data object (L3 section 5.8.1)."""
    try:
        shape = Shape(parse_object(raw), "clientDataJSON.")
    except ValueError as error:
        raise MalformedRequest("clientDataJSON must be a JSON object in UTF-8.") from error
    return ClientData(
        raw=raw,
        type=shape.text("type", limit=64),
        challenge=_read_challenge(shape),
        origin=shape.text("origin", limit=_MAX_ORIGIN),
        cross_origin=shape.flag("crossOrigin"),
        top_origin=_read_top_origin(shape),
    )


def _read_top_origin(shape: Shape) -> str | None:
    if shape.members.get("topOrigin") == "":
        return None
    return shape.optional_text("topOrigin", limit=_MAX_ORIGIN)


def _read_challenge(shape: Shape) -> bytes:
    text = shape.text("challenge", limit=MAX_BYTES)
    try:
        return base64url.decode(text)
    except ValueError as error:
        raise MalformedRequest("clientDataJSON.challenge must be base64url.") from error


def check_client_data(
    client_data: ClientData,
    *,
    expected_type: str,
    challenge: bytes,
    policy: CeremonyPolicy,
    reject: Rejection,
) -> None:
    if client_data.type != expected_type:  # 7.1 step 7, 7.2 step 10
        raise reject(Reason.CLIENT_DATA_TYPE)
    if client_data.challenge != challenge:  # 7.1 step 8, 7.2 step 11
        raise reject(Reason.CHALLENGE_MISMATCH)
    if client_data.origin not in policy.origins:  # 7.1 step 9, 7.2 step 12
        rejected = reject(Reason.ORIGIN_NOT_ALLOWED)
        rejected.hint = describe_near_miss(client_data.origin, policy.origins)
        raise rejected
    _check_embedding(client_data, policy=policy, reject=reject)


def _check_embedding(client_data: ClientData, *, policy: CeremonyPolicy, reject: Rejection) -> None:
    if not client_data.cross_origin:
        if client_data.top_origin is not None:
            raise reject(Reason.TOP_ORIGIN_NOT_ALLOWED)
        return
    if not policy.top_origins and not policy.unstated_top_origin:  # 7.1 step 10, 7.2 step 13
        raise reject(Reason.CROSS_ORIGIN_NOT_ALLOWED)
    # 7.1 step 11, 7.2 step 14. A client that is too old to name the embedding page is refused too,
    # unless the policy allows it: we cannot know whose page it is.
    stated = client_data.top_origin is not None
    allowed = client_data.top_origin in policy.top_origins if stated else policy.unstated_top_origin
    if not allowed:
        raise reject(Reason.TOP_ORIGIN_NOT_ALLOWED)
