"""Who may have which name and which credential."""

import asyncio
from dataclasses import replace

import pytest

from shared.accounts.handles import UserHandle
from shared.errors import (
    CredentialAlreadyRegistered,
    CredentialLimitReached,
    MalformedRequest,
    TokenInvalid,
    TokenRequired,
    UsernameTaken,
)
from shared.principals import AccountHolder
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.administrators import account
from tests.harness.service_harness import ServiceHarness, new_authenticator


async def test_a_taken_name_is_refused_only_at_finish(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    options = await party.begin_registration("alice")
    assert options["excludeCredentials"] == []
    with pytest.raises(UsernameTaken):
        await party.finish_registration(mallorys.create(options))
    assert (await party.begin_authentication("alice"))["allowCredentials"] == [
        {"type": "public-key", "id": _id(alices), "transports": ["nfc", "usb"]}
    ]


async def test_a_case_twin_is_the_same_name(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await party.register(alices, "Alice")
    with pytest.raises(UsernameTaken):
        await party.register(mallorys, "\N{FULLWIDTH LATIN CAPITAL LETTER A}LICE")
    assert (await party.sign_in(alices, "ALICE")).record.username == "Alice"


async def test_of_twenty_concurrent_registrations_of_a_name_one_succeeds(
    party: ServiceHarness,
) -> None:
    keys = [new_authenticator() for _ in range(20)]
    begun = [await party.begin_registration("alice") for _ in keys]
    outcomes = await asyncio.gather(
        *(
            party.finish_registration(key.create(options))
            for key, options in zip(keys, begun, strict=True)
        ),
        return_exceptions=True,
    )
    taken = [outcome for outcome in outcomes if isinstance(outcome, UsernameTaken)]
    assert len(taken) == 19


async def test_a_refused_registration_frees_its_credential_id(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(UsernameTaken):
        await party.register(mallorys, "alice")
    again = mallorys.create(
        await party.begin_registration("mallory"), credential_id=mallorys.latest.id
    )
    await party.finish_registration(again)
    await party.sign_in(mallorys, "mallory")


async def test_a_credential_id_has_one_owner_for_ever(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    stolen = (await party.register(alices, "alice")).id
    options = await party.begin_registration("mallory")
    with pytest.raises(CredentialAlreadyRegistered):
        await party.finish_registration(mallorys.create(options, credential_id=stolen))
    party.clock.advance(days=400)
    options = await party.begin_registration("mallory")
    with pytest.raises(CredentialAlreadyRegistered):
        await party.finish_registration(
            mallorys.create(options, credential_id=stolen, key=alices.latest.key)
        )
    assert (await party.sign_in(alices)).record.username == "alice"


async def test_an_owner_cannot_overwrite_their_credential(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    record = await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    options = await party.begin_registration("alice", token=token)
    assert [descriptor["id"] for descriptor in options["excludeCredentials"]] == [_id(alices)]
    dishonest = {**options, "excludeCredentials": []}
    with pytest.raises(CredentialAlreadyRegistered):
        await party.finish_registration(mallorys.create(dishonest, credential_id=record.id))
    await party.sign_in(alices, "alice")


async def test_an_account_has_a_limited_number_of_credentials(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    small = party.restarted(CREDENTIALS_PER_ACCOUNT="2")
    await small.register(alices, "alice")
    token = (await small.sign_in(alices)).tokens.access_token
    await small.register(new_authenticator(), None, token=token)
    with pytest.raises(CredentialLimitReached):
        await small.begin_registration(None, token=token)


async def test_concurrent_registrations_do_not_exceed_the_credential_limit(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    small = party.restarted(CREDENTIALS_PER_ACCOUNT="2")
    await small.register(alices, "alice")
    token = (await small.sign_in(alices)).tokens.access_token
    begun = [await small.begin_registration(None, token=token) for _ in range(3)]
    await small.finish_registration(new_authenticator().create(begun[0]))
    for options in begun[1:]:
        with pytest.raises(CredentialLimitReached):
            await small.finish_registration(new_authenticator().create(options))
    assert len((await account(party)).records) == 2


async def test_a_token_begins_only_for_its_own_account(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.register(mallorys, "mallory")
    token = (await party.sign_in(mallorys)).tokens.access_token
    with pytest.raises(MalformedRequest):
        await party.begin_registration("alice", token=token)


async def test_verified_registration_always_needs_a_token(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    closed = party.restarted(REGISTRATION="verified")
    with pytest.raises(TokenRequired):
        await closed.begin_registration("bob")
    await closed.register(new_authenticator(), None, token=token)
    assert len((await closed.me(token))[1]) == 2


async def test_a_token_of_a_removed_account_is_refused(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """Another person may have registered the old name by then."""
    await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    holder = AccountHolder(await party.service.bearer_authentication.read_own(token))
    ghost = replace(holder.token, user_handle=UserHandle(holder.handle[:16] + bytes(16)))
    with pytest.raises(TokenInvalid):
        await party.service.credentials.own_account(AccountHolder(ghost))


async def test_an_account_removed_during_a_registration_gets_no_credential(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    record = await party.register(alices, "alice")
    token = (await party.sign_in(alices)).tokens.access_token
    options = await party.begin_registration(None, token=token)
    partition = base64url.encode(record.user_handle[:16])
    assert await party.storage.table("Accounts").delete(partition, "account")
    with pytest.raises(TokenInvalid):
        await party.finish_registration(mallorys.create(options))


def _id(authenticator: SoftAuthenticator) -> str:
    return base64url.encode(authenticator.latest.id)
