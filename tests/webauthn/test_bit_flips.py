"""No bit of an honest assertion can be changed: every bit is tried, for each algorithm.

Of a signature that has thousands of bytes, one bit of each byte is.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.errors import MalformedRequest, TouchstoneError
from shared.webauthn.algorithms import NAMES
from shared.webauthn.authentication import verify_assertion
from shared.webauthn.client_data import read_client_data
from shared.webauthn.responses import AuthenticationResponse
from tests.webauthn.relying_party import (
    CHALLENGE,
    NAMED,
    POLICY,
    Registered,
    read_signed,
    registered,
    soft_authenticator,
)

LONG = 1024
"""Bytes; the signatures of ML-DSA are longer."""


def flips(honest: bytes) -> Iterator[bytes]:
    for position in range(len(honest)):
        for bit in [position % 8] if len(honest) > LONG else range(8):
            changed = bytearray(honest)
            changed[position] ^= 1 << bit
            yield bytes(changed)


def accepts(alice: Registered, response: AuthenticationResponse) -> bool:
    """Any error except a refusal is raised."""
    try:
        verify_assertion(
            response, ceremony=NAMED, record=alice.record, challenge=CHALLENGE, policy=POLICY
        )
    except TouchstoneError:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_no_bit_of_the_authenticator_data_can_be_changed(name: str) -> None:
    alice = registered(soft_authenticator(NAMES[name]))
    honest = read_signed(alice.sign())
    assert accepts(alice, honest)
    for changed in flips(honest.authenticator_data):
        assert not accepts(alice, replace(honest, authenticator_data=changed)), changed.hex()


@pytest.mark.parametrize("name", NAMES)
def test_no_bit_of_the_signature_can_be_changed(name: str) -> None:
    alice = registered(soft_authenticator(NAMES[name]))
    honest = read_signed(alice.sign())
    assert accepts(alice, honest)
    for changed in flips(honest.signature):
        assert not accepts(alice, replace(honest, signature=changed)), changed.hex()


@pytest.mark.parametrize("name", NAMES)
def test_no_bit_of_the_client_data_can_be_changed(name: str) -> None:
    alice = registered(soft_authenticator(NAMES[name]))
    honest = read_signed(alice.sign())
    assert accepts(alice, honest)
    read = 0
    for changed in flips(honest.client_data.raw):
        try:
            client_data = read_client_data(changed)
        except MalformedRequest:
            continue
        read += 1
        assert not accepts(alice, replace(honest, client_data=client_data)), changed
    assert read > 100
