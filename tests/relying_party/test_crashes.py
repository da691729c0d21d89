"""A process may end before or after any of its storage calls, and the tables are consistent.

Each ceremony is taken once for every call that it makes, with an end at that call. Afterwards
every credential that signs in is listed and the other way round, and whoever tries again gets in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from shared.errors import AuthenticationRejected, StorageUnavailable, UsernameTaken
from shared.keys.signing_key import SigningKey
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.storage_faults import (
    ENDS,
    Crash,
    Way,
    at,
)
from tests.storage_transport import Storage

type Ceremony = Callable[[ServiceHarness, SoftAuthenticator], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    prepare: Ceremony
    ceremony: Ceremony
    calls: int
    """How many storage calls the ceremony makes, begin and finish together."""


async def _nothing(_party: ServiceHarness, _key: SoftAuthenticator) -> None:
    pass


async def _found(party: ServiceHarness, key: SoftAuthenticator) -> None:
    await party.register(key, "alice")


async def _add(party: ServiceHarness, key: SoftAuthenticator) -> None:
    token = (await party.sign_in(key)).tokens.access_token
    second = new_authenticator()
    try:
        await party.register(second, None, token=token)
    finally:
        key.credentials |= second.credentials


async def _sign_in(party: ServiceHarness, key: SoftAuthenticator) -> None:
    await party.sign_in(key, "alice")


STORIES = {
    # 4 for the service key, and twice 2 more to make each of 4 tables
    "founding-in-an-empty-store": Story(prepare=_nothing, ceremony=_found, calls=20),
    # the token's sign-in is a part of it: 5 calls
    "adding": Story(prepare=_found, ceremony=_add, calls=16),
    "signing-in": Story(prepare=_found, ceremony=_sign_in, calls=6),
}


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize(
    ("story", "number"),
    [
        pytest.param(story, number, id=f"{name}-{number}")
        for name, story in STORIES.items()
        for number in range(1, story.calls + 1)
    ],
)
async def test_a_crash_at_any_call_leaves_the_store_consistent(
    story: Story,
    number: int,
    way: tuple[Way, Way],
    storage: Storage,
    clock: Clock,
    signing_key: SigningKey,
) -> None:
    party, key = ServiceHarness(storage, clock, signing_key), new_authenticator()
    await story.prepare(party, key)
    process, (first, then) = party.restarted(), way
    storage.transport.fault = at(number, first, then=then)
    with pytest.raises((Crash, StorageUnavailable)):
        await story.ceremony(process, key)
    storage.transport.fault = None
    await _assert_consistent(party.restarted(), key)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_every_call_of_the_ceremony_is_enumerated(
    story: Story, storage: Storage, clock: Clock, signing_key: SigningKey
) -> None:
    party, key = ServiceHarness(storage, clock, signing_key), new_authenticator()
    await story.prepare(party, key)
    storage.transport.forget()
    await story.ceremony(party.restarted(), key)
    assert len(storage.transport.names) == story.calls, storage.transport.names
    await _assert_consistent(party.restarted(), key)


async def _assert_consistent(party: ServiceHarness, key: SoftAuthenticator) -> None:
    listed = await _listed(party)
    for credential_id in list(key.credentials):
        account = await _sign_in_with(party, key, credential_id)
        if account is None:
            assert credential_id not in listed
        else:
            assert account == listed
    await _assert_a_new_try_succeeds(party, is_taken=bool(listed & key.credentials.keys()))


async def _listed(party: ServiceHarness) -> set[bytes]:
    options = await party.begin_authentication("alice")
    return {base64url.decode(descriptor["id"]) for descriptor in options["allowCredentials"]}


async def _sign_in_with(
    party: ServiceHarness, key: SoftAuthenticator, credential_id: bytes
) -> set[bytes] | None:
    """All credentials of the account that is signed in to."""
    options = await party.begin_authentication()
    try:
        signed_in = await party.finish_authentication(key.get(options, credential=credential_id))
    except AuthenticationRejected:
        return None
    return {record.id for record in (await party.me(signed_in.tokens.access_token))[1]}


async def _assert_a_new_try_succeeds(party: ServiceHarness, *, is_taken: bool) -> None:
    again = new_authenticator()
    if is_taken:
        with pytest.raises(UsernameTaken):
            await party.register(again, "alice")
    else:
        await party.register(again, "alice")
        await party.sign_in(again, "alice")
