"""Verification alone: an assertion as it comes in the JSON, against one bare signature check."""

import os
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from bench.ceremonies import ORIGIN, RP_ID
from bench.turns import Computation, Spent, take_turns
from shared.accounts.handles import HANDLE_BYTES, UserHandle, locate_handle
from shared.accounts.records import CredentialRecord
from shared.json_shape import Shape
from shared.webauthn.authentication import verify_assertion
from shared.webauthn.decoys import decoy_record
from shared.webauthn.options import request_options
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.responses import read_authentication_response
from shared.webauthn.state import AuthenticationCeremony
from tests.authenticator import Credential, SoftAuthenticator, cbor
from tests.authenticator.keys import EcKey

_CHALLENGE_BYTES = 69
"""The length of a challenge that has the state of a ceremony by name."""
_HANDLE = UserHandle(bytes(HANDLE_BYTES))
_POLICY = CeremonyPolicy(rp_id=RP_ID, rp_name=RP_ID, origins=(ORIGIN,), algorithms=(-7,))
_CEREMONY = AuthenticationCeremony(expires_at=2**32 - 1, locator=locate_handle(_HANDLE))


def measure_verification() -> Spent:
    key = EcKey(-7, ec.generate_private_key(ec.SECP256R1()))
    held = Credential(key=key, user_handle=_HANDLE, discoverable=True)
    challenge = os.urandom(_CHALLENGE_BYTES)
    options = request_options(challenge=challenge, policy=_POLICY)
    credential = SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN).get(options, credential=held)
    record = replace(decoy_record(held.id, owner=_HANDLE), public_key=cbor.encode(held.key.cose()))
    return take_turns(touchstone=_full(credential, record, challenge), bare=_bare(credential, key))


def _full(credential: dict[str, Any], record: CredentialRecord, challenge: bytes) -> Computation:
    """Everything that is done with an assertion between two storage calls."""
    return lambda: verify_assertion(
        read_authentication_response(Shape(credential)),
        ceremony=_CEREMONY,
        record=record,
        challenge=challenge,
        policy=_POLICY,
    )


def _bare(credential: dict[str, Any], key: EcKey) -> Computation:
    """The minimum for any relying party. Nothing is parsed in the timed part."""
    response = read_authentication_response(Shape(credential))
    message = response.authenticator_data + response.client_data.hash
    public_key, algorithm = key.public_key, ec.ECDSA(SHA256())
    return lambda: public_key.verify(response.signature, message, algorithm)
