"""A request that the browser carries: only ours opens, for five minutes; and it binds a gesture."""

from dataclasses import replace

import pytest

from shared.openid.external_mfa.pending import (
    LIFETIME_SECONDS,
    PendingRequest,
    open_request,
    seal_request,
)
from shared.openid.external_mfa.request import LONGEST_STATE
from shared.sealed import LONGEST, RANDOM_BYTES, SealInvalid, seal
from tests.fakes.entra import OBJECT_ID, OTHER_TENANT, REQUEST_ID, SUBJECT, TENANT

KEY, RANDOM = bytes(32), bytes(range(RANDOM_BYTES))
NOW = 1_900_000_000
REQUEST = PendingRequest(
    tenant=TENANT,
    object_id=OBJECT_ID,
    subject=SUBJECT,
    username="\u00e5da@contoso.example",
    nonce="nonce",
    state=None,
    acr="possessionorinherence",
    amr="fido",
    request_id="",
)


def sealed(request: PendingRequest = REQUEST, *, random: bytes = RANDOM) -> str:
    return seal_request(request, now=NOW, random=random, sealing_key=KEY)


def purpose(request: PendingRequest, *, linking: bool = False, random: bytes = RANDOM) -> bytes:
    opened = open_request(sealed(request, random=random), now=NOW, sealing_keys=[KEY])
    return opened.purpose(linking=linking)


@pytest.mark.parametrize("request_", [REQUEST, replace(REQUEST, state="s" * 4096)])
def test_a_request_opens_as_it_was_sealed(request_: PendingRequest) -> None:
    opened = open_request(sealed(request_), now=NOW, sealing_keys=[KEY])

    assert opened.request == request_


def test_the_longest_request_that_entra_can_send_opens() -> None:
    """With what JSON writes longest."""
    longest = replace(
        REQUEST,
        subject='"' * 255,
        username="\U0001f600" * 320,
        nonce="\\" * 512,
        state='"' * LONGEST_STATE,
        acr="knowledgeorpossessionorinherence",
        request_id=REQUEST_ID,
    )

    assert len(sealed(longest)) <= LONGEST
    assert open_request(sealed(longest), now=NOW, sealing_keys=[KEY]).request == longest


def test_a_request_is_over_after_five_minutes() -> None:
    open_request(sealed(), now=NOW + LIFETIME_SECONDS - 1, sealing_keys=[KEY])

    with pytest.raises(SealInvalid):
        open_request(sealed(), now=NOW + LIFETIME_SECONDS, sealing_keys=[KEY])


def test_no_other_sealed_value_is_a_request() -> None:
    code = seal("code", b"{}", expires_at=NOW + 60, random=RANDOM, sealing_key=KEY)

    with pytest.raises(SealInvalid):
        open_request(code, now=NOW, sealing_keys=[KEY])


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, tenant=OTHER_TENANT),
        replace(REQUEST, object_id=TENANT),
        replace(REQUEST, nonce="nonce2"),
        replace(REQUEST, request_id=TENANT),
    ],
)
def test_a_gesture_is_bound_to_whom_and_what_entra_asks(other: PendingRequest) -> None:
    assert purpose(other) != purpose(REQUEST)


def test_a_gesture_is_bound_to_this_very_request_and_to_linking_or_not() -> None:
    assert purpose(REQUEST, random=bytes(RANDOM_BYTES)) != purpose(REQUEST)
    assert purpose(REQUEST, linking=True) != purpose(REQUEST)
