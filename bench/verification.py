"""Verification alone: an assertion as it comes in the JSON, against one bare signature check."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from bench.ceremonies import ORIGIN, RP_ID
from shared.accounts.handles import HANDLE_BYTES, UserHandle, locate_handle
from shared.accounts.records import CredentialRecord
from shared.ceremonies.authentication import request_options, verify_assertion
from shared.ceremonies.decoys import decoy_record
from shared.ceremonies.policy import CeremonyPolicy
from shared.ceremonies.responses import read_authentication_response
from shared.ceremonies.state import AuthenticationCeremony
from shared.json_shape import Shape
from tests.authenticator import Credential, SoftAuthenticator, cbor
from tests.authenticator.keys import EcKey

_SLICES = 40
_REPEATS = 25
_CHALLENGE_BYTES = 69
"""As many as a challenge has that carries a ceremony by name."""
_HANDLE = UserHandle(bytes(HANDLE_BYTES))
_POLICY = CeremonyPolicy(rp_id=RP_ID, rp_name=RP_ID, origins=(ORIGIN,), algorithms=(-7,))
_CEREMONY = AuthenticationCeremony(expires_at=2**32 - 1, locator=locate_handle(_HANDLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Seconds of processor time for one."""

    touchstone: float
    bare: float


def measure_verification() -> Verification:
    """In slices by turns, so that whatever else slows the machine down slows both down."""
    key = EcKey(-7, ec.generate_private_key(ec.SECP256R1()))
    held = Credential(key=key, user_handle=_HANDLE, discoverable=True)
    challenge = os.urandom(_CHALLENGE_BYTES)
    options = request_options(challenge=challenge, policy=_POLICY)
    credential = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN).get(options, credential=held)
    record = replace(decoy_record(held.id, owner=_HANDLE), public_key=cbor.encode(held.key.cose()))
    touchstone, bare = _full(credential, record, challenge), _bare(credential, key)
    spent = [0, 0]
    for _ in range(_SLICES):
        for side, verify in enumerate((touchstone, bare)):
            spent[side] += _time(verify)
    each = _SLICES * _REPEATS * 1e9
    return Verification(touchstone=spent[0] / each, bare=spent[1] / each)


def _full(
    credential: dict[str, Any], record: CredentialRecord, challenge: bytes
) -> Callable[[], object]:
    """All that is done with an assertion between two storage calls."""
    return lambda: verify_assertion(
        read_authentication_response(Shape(credential)),
        ceremony=_CEREMONY,
        record=record,
        challenge=challenge,
        policy=_POLICY,
    )


def _bare(credential: dict[str, Any], key: EcKey) -> Callable[[], object]:
    """The least that any relying party has to do, with nothing parsed in the clocked part."""
    response = read_authentication_response(Shape(credential))
    message = response.authenticator_data + response.client_data.hash
    public_key, algorithm = key.public_key, ec.ECDSA(SHA256())
    return lambda: public_key.verify(response.signature, message, algorithm)


def _time(verify: Callable[[], object]) -> int:
    began = time.thread_time_ns()
    for _ in range(_REPEATS):
        verify()
    return time.thread_time_ns() - began
