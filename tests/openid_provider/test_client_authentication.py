import pytest

from shared.errors import ClientFault, ClientRefused, StorageUnavailable, TooManyRequests
from tests.fakes.identity_provider import Signer
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid_provider.clients import (
    OLD_SECRET,
    PUBLIC,
    SECRET,
    WITH_KEY,
    WITH_SECRET,
    Asking,
    asking,
    signed,
)
from tests.storage_faults import always, unreachable
from tests.storage_transport import RecordingTransport


@pytest.fixture
def clients(party: ServiceHarness) -> Asking:
    return asking(party)


async def _refused(clients: Asking, **form: str) -> ClientFault:
    with pytest.raises(ClientRefused) as refused:
        await clients.ask(**form)
    assert not refused.value.in_header
    return refused.value.reason


async def test_each_client_proves_itself_in_its_way(
    clients: Asking, transport: RecordingTransport
) -> None:
    assert await clients.ask(client_id=PUBLIC.id) == PUBLIC
    for secret in (SECRET, OLD_SECRET):
        assert await clients.ask_with_secret(WITH_SECRET.id, secret) == WITH_SECRET
    assert await clients.ask_signed(WITH_KEY.id) == WITH_KEY
    assert not transport.calls


async def test_a_client_proves_itself_in_no_other_way(clients: Asking) -> None:
    """Otherwise whoever knows its ID could choose the weakest."""
    everyone = (PUBLIC, WITH_SECRET, WITH_KEY)
    for each in everyone:
        named = {"client_id": each.id}
        proofs: list[dict[str, str]] = [
            named,
            {**named, "client_secret": SECRET},
            {**named, **signed(clients.claims(each.id))},
        ]
        proofs.pop(everyone.index(each))
        for form in proofs:
            assert await _refused(clients, **form) is ClientFault.OTHER_METHOD


async def test_an_unknown_client_is_refused_as_one_with_a_wrong_secret(clients: Asking) -> None:
    """The reasons differ for the log alone."""
    refusals = []
    for client_id in ("nobody", WITH_SECRET.id):
        with pytest.raises(ClientRefused) as refused:
            await clients.ask_with_secret(client_id, "wrong")
        refusals.append(refused.value)
    assert {type(refusal) for refusal in refusals} == {ClientRefused}
    assert [one.reason for one in refusals] == [ClientFault.UNKNOWN, ClientFault.SECRET]


async def test_a_client_that_does_not_exist_is_not_public(clients: Asking) -> None:
    assert await _refused(clients, client_id="nobody") is ClientFault.UNKNOWN
    unknown = signed(clients.claims("nobody"))
    assert await _refused(clients, **unknown) is ClientFault.UNKNOWN


async def test_a_refusal_says_whether_the_header_was_used(clients: Asking) -> None:
    with pytest.raises(ClientRefused) as refused:
        await clients.ask("Basic c2VjcmV0Ondyb25n")
    assert refused.value.in_header


async def test_a_wrong_key_is_refused(clients: Asking) -> None:
    forged = clients.claims(WITH_KEY.id)
    for signer in (Signer("other"), Signer("client")):
        wrong = forged if signer.key_id == "other" else {**forged, "aud": "https://other.example"}
        assert await _refused(clients, **signed(wrong, signer)) is ClientFault.ASSERTION


async def test_an_assertion_counts_once(clients: Asking, party: ServiceHarness) -> None:
    form = signed(clients.claims(WITH_KEY.id))
    await clients.ask(**form)
    party.clock.advance(seconds=59)
    assert await _refused(clients, **form) is ClientFault.ASSERTION_REPEATED
    await clients.ask_signed(WITH_KEY.id, jti="second")


async def test_a_refused_assertion_does_not_use_its_id_up(clients: Asking) -> None:
    """Anybody could send one with the ID of another."""
    await _refused(clients, **signed(clients.claims(WITH_KEY.id), Signer("other")))
    await clients.ask_signed(WITH_KEY.id)


@pytest.mark.parametrize(
    ("audience", "path", "good"),
    [
        (f"{ORIGIN}/token", "/token", True),
        (f"{ORIGIN}/par", "/par", True),
        (f"{ORIGIN}/token", "/par", True),
        (f"{ORIGIN}/par", "/token", False),
        (f"{ORIGIN}/", "/token", False),
    ],
)
async def test_a_registered_client_may_name_the_endpoint(
    audience: str, path: str, clients: Asking, *, good: bool
) -> None:
    if good:
        await clients.ask_signed(WITH_KEY.id, path=path, aud=audience)
    else:
        with pytest.raises(ClientRefused):
            await clients.ask_signed(WITH_KEY.id, path=path, aud=audience)


async def test_failures_are_recorded_up_to_a_limit(party: ServiceHarness) -> None:
    clients = asking(party.restarted(RATE_LIMITS="client.address=2/1d"))
    for client_id in ("nobody", WITH_SECRET.id):
        with pytest.raises(ClientRefused):
            await clients.ask_with_secret(client_id, "wrong")
    for _ in range(3):
        with pytest.raises(TooManyRequests, match=r"client\.address"):
            await clients.ask_with_secret(WITH_SECRET.id, "wrong")
    assert await clients.ask_with_secret(WITH_SECRET.id, SECRET) == WITH_SECRET
    events = await record(party)
    told = [(event["kind"], event["outcome"], event["reason"]) for event in events]
    assert told == [
        ("client.refused", "failure", "client_unknown"),
        ("client.refused", "failure", "client_secret"),
    ]
    assert [event.get("facts") for event in events] == [None, {"client": WITH_SECRET.id}]


async def test_failures_of_one_client_are_limited_from_all_addresses(party: ServiceHarness) -> None:
    clients = asking(party.restarted(RATE_LIMITS="client.account=1/1d"))
    for client_id in ("nobody", WITH_SECRET.id):
        with pytest.raises(ClientRefused):
            await clients.ask_with_secret(client_id, "wrong", address=None)
    # Unknown clients are counted together: there are as many as somebody makes up.
    for client_id in ("somebody", WITH_SECRET.id):
        with pytest.raises(TooManyRequests, match=r"client\.account"):
            await clients.ask_with_secret(client_id, "wrong", address="203.0.113.8")


async def test_a_failure_is_refused_while_storage_is_unavailable(
    clients: Asking, transport: RecordingTransport
) -> None:
    transport.fault = always(unreachable)
    assert await _refused(clients, client_id="nobody") is ClientFault.UNKNOWN


async def test_an_unavailable_registry_is_no_refusal(party: ServiceHarness) -> None:
    """The client must not be told that it does not exist."""

    class Unavailable:
        async def find(self, client_id: str, *, address: str | None) -> None:
            raise StorageUnavailable

    clients = asking(party)
    clients.authentication._clients = Unavailable()
    with pytest.raises(StorageUnavailable):
        await clients.ask(client_id=PUBLIC.id)
