"""Only the owner of a credential signs in with it."""

import asyncio

import pytest

from shared.accounts.records import CredentialRecord, Oddity
from shared.errors import AuthenticationRejected, ConcurrentUse, Reason
from shared.relying_party.passkeys.authentication import SignedIn
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Json, ServiceHarness, new_authenticator
from tests.storage_faults import meeting
from tests.storage_transport import RecordingTransport


async def _reason(party: ServiceHarness, assertion: Json) -> Reason:
    with pytest.raises(AuthenticationRejected) as refusal:
        await party.finish_authentication(assertion)
    return refusal.value.reason


@pytest.fixture
async def alice(party: ServiceHarness, alices: SoftAuthenticator) -> CredentialRecord:
    return await party.register(alices, "alice")


@pytest.fixture
async def mallory(party: ServiceHarness, mallorys: SoftAuthenticator) -> CredentialRecord:
    return await party.register(mallorys, "mallory")


async def test_the_token_is_for_the_owner_of_the_credential(
    party: ServiceHarness,
    alices: SoftAuthenticator,
    alice: CredentialRecord,
    mallory: CredentialRecord,
) -> None:
    signed_in = await party.sign_in(alices)
    assert signed_in.record.id == alice.id
    account, credentials = await party.me(signed_in.tokens.access_token)
    assert account.handle == alice.user_handle != mallory.user_handle
    assert [credential.id for credential in credentials] == [alice.id]


@pytest.mark.parametrize("username", ["alice", "nobody"])
@pytest.mark.usefixtures("alice", "mallory")
async def test_a_credential_of_another_account_is_refused_for_a_name(
    party: ServiceHarness, mallorys: SoftAuthenticator, username: str
) -> None:
    options = await party.begin_authentication(username)
    assertion = mallorys.get(options, credential=mallorys.latest)
    assert await _reason(party, assertion) is Reason.CREDENTIAL_UNKNOWN


@pytest.mark.usefixtures("mallory")
async def test_a_credential_with_the_handle_of_another_account_is_unknown(
    party: ServiceHarness, mallorys: SoftAuthenticator, alice: CredentialRecord
) -> None:
    for username in ("alice", None):
        options = await party.begin_authentication(username)
        assertion = mallorys.get(
            options, credential=mallorys.latest, user_handle=bytes(alice.user_handle)
        )
        assert await _reason(party, assertion) is Reason.CREDENTIAL_UNKNOWN


async def test_a_credential_id_with_another_key_is_a_bad_signature(
    party: ServiceHarness,
    mallorys: SoftAuthenticator,
    alices: SoftAuthenticator,
    alice: CredentialRecord,
    mallory: CredentialRecord,
) -> None:
    options = await party.begin_authentication("alice")
    assertion = alices.get(options, sign_with=mallorys.latest.key)
    assert await _reason(party, assertion) is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize(
    ("username", "handle", "reason"),
    [
        (None, None, Reason.USER_HANDLE_MISSING),
        (None, bytes(32), Reason.CREDENTIAL_UNKNOWN),
        (None, b"alice", Reason.CREDENTIAL_UNKNOWN),
        (None, bytes(64), Reason.CREDENTIAL_UNKNOWN),
        ("alice", bytes(32), Reason.USER_HANDLE_MISMATCH),
        ("alice", b"alice", Reason.USER_HANDLE_MISMATCH),
    ],
)
@pytest.mark.usefixtures("alice")
async def test_a_user_handle_of_another_account_is_refused(
    party: ServiceHarness,
    alices: SoftAuthenticator,
    username: str | None,
    handle: bytes | None,
    reason: Reason,
) -> None:
    options = await party.begin_authentication(username)
    assert await _reason(party, alices.get(options, user_handle=handle)) is reason


async def test_a_handle_with_only_the_locator_of_the_owner_is_refused(
    party: ServiceHarness, alices: SoftAuthenticator, alice: CredentialRecord
) -> None:
    twin = bytes(alice.user_handle[:16]) + bytes(16)
    options = await party.begin_authentication()
    assertion = alices.get(options, user_handle=twin)
    assert await _reason(party, assertion) is Reason.USER_HANDLE_MISMATCH


@pytest.mark.usefixtures("alice")
async def test_a_name_needs_no_user_handle(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    options = await party.begin_authentication("alice")
    await party.finish_authentication(alices.get(options, user_handle=None))


async def test_of_two_concurrent_sign_ins_the_slower_is_refused(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    alice: CredentialRecord,
) -> None:
    assertions = [alices.get(await party.begin_authentication()) for _ in range(2)]
    transport.fault = meeting(2, "transact Accounts")
    outcomes = await asyncio.gather(
        *(party.finish_authentication(assertion) for assertion in assertions),
        return_exceptions=True,
    )
    transport.fault = None
    assert sum(isinstance(outcome, ConcurrentUse) for outcome in outcomes) == 1
    assert (await party.sign_in(alices)).record.sign_count == alice.sign_count + 3


async def _sign_in_with(party: ServiceHarness, key: SoftAuthenticator, count: int) -> SignedIn:
    """Sign in, and let time pass."""
    signed_in = await party.finish_authentication(
        key.get(await party.begin_authentication(), sign_count=count)
    )
    party.clock.advance(minutes=5)
    return signed_in


@pytest.mark.parametrize("count", [0, 1, 6])
async def test_a_clone_with_a_lower_count_is_refused(
    party: ServiceHarness, alices: SoftAuthenticator, count: int
) -> None:
    await party.register(alices, "alice")
    await _sign_in_with(party, alices, 7)
    assertion = alices.get(await party.begin_authentication(), sign_count=count)
    assert await _reason(party, assertion) is Reason.SIGN_COUNT_REGRESSION
    assertion = alices.get(await party.begin_authentication(), sign_count=8)
    assert (await party.finish_authentication(assertion)).record.sign_count == 8


async def test_a_key_with_a_constant_count_signs_in_and_is_recorded(
    party: ServiceHarness,
) -> None:
    key = new_authenticator(sign_count_step=0)
    options = await party.begin_registration("alice")
    await party.finish_registration(key.create(options, sign_count=5))
    for _ in range(3):
        signed_in = await _sign_in_with(party, key, 5)
    assert signed_in.record.oddities == {Oddity.SIGN_COUNT_UNCHANGED}


async def test_copies_of_a_synced_passkey_never_lock_their_owner_out(party: ServiceHarness) -> None:
    key = new_authenticator()
    key.backup_eligible = key.backup_state = True
    await party.register(key, "alice")
    for count in (51, 0, 52, 1, 1):
        await _sign_in_with(party, key, count)


async def test_answers_of_one_key_out_of_order_are_not_a_clone(
    party: ServiceHarness, alices: SoftAuthenticator, alice: CredentialRecord
) -> None:
    slow, fast = [alices.get(await party.begin_authentication()) for _ in range(2)]
    party.clock.advance(seconds=20)
    await party.finish_authentication(fast)
    party.clock.advance(seconds=120)
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(slow)
    assert (await party.sign_in(alices)).record.sign_count == alice.sign_count + 3


async def test_the_largest_sign_count_is_kept(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await _sign_in_with(party, alices, 2**32 - 1)
    assertion = alices.get(await party.begin_authentication(), sign_count=1)
    assert await _reason(party, assertion) is Reason.SIGN_COUNT_REGRESSION


async def test_a_decoy_is_refused_on_the_same_path_as_a_credential(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    alice: CredentialRecord,
) -> None:
    """The storage calls, sequential and concurrent, are the same."""
    paths = []
    for username in ("alice", "nobody"):
        options = await party.begin_authentication(username)
        shown = options["allowCredentials"][0]["id"]
        assertion = alices.get(
            options, credential=alices.latest, id=shown, raw_id=shown, signature=b"forged"
        )
        transport.forget()
        await _reason(party, assertion)
        paths.append(sorted((call.depth, call.name) for call in transport.calls))
    assert paths[0] == paths[1]
    assert paths[0] != []


async def test_an_unknown_name_has_no_more_decoys_than_the_credential_limit(
    party: ServiceHarness,
) -> None:
    strict = party.restarted(CREDENTIALS_PER_ACCOUNT="1")
    for number in range(20):
        options = await strict.begin_authentication(f"nobody-{number}")
        assert len(options["allowCredentials"]) == 1


async def test_decoys_are_the_same_each_time_and_in_each_process(party: ServiceHarness) -> None:
    first = await party.begin_authentication("nobody")
    again = await party.restarted().begin_authentication("NOBODY")
    assert first["allowCredentials"] == again["allowCredentials"]
    other = await party.begin_authentication("somebody-else")
    assert other["allowCredentials"] != first["allowCredentials"]


@pytest.mark.usefixtures("alice")
async def test_an_unknown_name_is_answered_in_the_shape_of_a_known_one(
    party: ServiceHarness,
) -> None:
    known = await party.begin_authentication("alice")
    unknown = await party.begin_authentication("nobody")
    assert _shape(known) == _shape(unknown)
    assert len(str(known["challenge"])) == len(str(unknown["challenge"]))


def _shape(value: object) -> object:
    match value:
        case dict():
            return {name: _shape(member) for name, member in value.items()}
        case [first, *_]:
            return [_shape(first)]
    return type(value)


async def test_a_credential_that_was_never_registered_is_unknown(party: ServiceHarness) -> None:
    stranger = new_authenticator()
    stranger.create(await party.begin_registration("stranger"))
    assertion = stranger.get(await party.begin_authentication())
    assert await _reason(party, assertion) is Reason.CREDENTIAL_UNKNOWN
