"""The kept evidence of an unverified answer has a limited size; honest answers are kept whole."""

from contextlib import suppress
from hashlib import sha256
from typing import Any

from shared.errors import TouchstoneError
from shared.recording.ceremony_events import KEPT_UNVERIFIED
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.record import entries, record
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator


async def _evidence(party: ServiceHarness) -> Json:
    await record(party)
    part = (await entries(party))[-1].statement.evidence
    assert part is not None
    return part.read()


async def _refused(party: ServiceHarness, **lies: Any) -> Json:  # noqa: ANN401
    options = await party.begin_registration("bob")
    answer = new_authenticator().create(options, user_verified=False, **lies)
    with suppress(TouchstoneError):
        await party.finish_registration(answer)
    sent: Json = answer["response"]
    return sent


async def test_oversized_unverified_evidence_is_kept_as_digest_and_length(
    party: ServiceHarness,
) -> None:
    size = KEPT_UNVERIFIED["attestationObject"]
    sent = await _refused(party, extensions={"more": b"x" * size})
    data = base64url.decode(sent["attestationObject"])
    kept = await _evidence(party)
    assert kept == {
        "clientDataJSON": sent["clientDataJSON"],
        "attestationObject.sha256": base64url.encode(sha256(data).digest()),
        "attestationObject.length": len(data),
    }


async def test_a_refused_answer_of_usual_size_is_kept_whole(party: ServiceHarness) -> None:
    sent = await _refused(party)
    kept = await _evidence(party)
    assert kept == {name: sent[name] for name in ("clientDataJSON", "attestationObject")}


async def test_a_verified_answer_is_kept_whole(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    options = await party.begin_registration("alice")
    size = KEPT_UNVERIFIED["attestationObject"]
    answer = alices.create(options, extensions={"more": b"x" * size})
    await party.finish_registration(answer)
    kept = await _evidence(party)
    assert kept["attestationObject"] == answer["response"]["attestationObject"]
    options = await party.begin_authentication("alice")
    answer = alices.get(options, extensions={"more": b"x" * KEPT_UNVERIFIED["authenticatorData"]})
    await party.finish_authentication(answer)
    kept = await _evidence(party)
    assert kept["authenticatorData"] == answer["response"]["authenticatorData"]
