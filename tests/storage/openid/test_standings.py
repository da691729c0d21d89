"""A person's session counts with the credential that it began with, and while both are good."""

from datetime import datetime, timedelta

import pytest

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import CredentialRecord
from shared.sessions.binding import COOKIE
from shared.sessions.session import Session, SessionLimits, SignIn, begin_session, hash_credential
from shared.storage.openid.consents import Consent, ConsentStore
from shared.storage.openid.standings import Standing, StandingReader
from shared.storage.sessions import SessionStore
from tests.no_event import NO_EVENT
from tests.storage.claims import notice_for
from tests.storage.records import NOW, Accounts, account_of, new_credential, new_handle, record
from tests.storage_transport import Storage

IDLE = timedelta(hours=1)
LIMITS = SessionLimits(absolute=timedelta(days=1), idle=IDLE, grace=timedelta())


class SignedIn:
    def __init__(self, storage: Storage, found: CredentialRecord) -> None:
        self.record, self.handle = found, found.user_handle
        self.reader = StandingReader(storage.table("Accounts"))
        self.consents = ConsentStore(storage.table("Accounts"))
        self.sessions = SessionStore(storage.table("Accounts"))

    def session(self, *, user_handle: UserHandle | None = None) -> Session:
        sign_in = SignIn(
            user_handle=user_handle or self.handle,
            credential_hash=hash_credential(self.record.id),
            user_verified=True,
            at=NOW,
        )
        return begin_session(
            sign_in,
            session_id=b"i" * 16,
            secret=b"s" * 32,
            user_agent="tests",
            limits=LIMITS,
            binding=COOKIE,
        )

    async def find(self, *, now: datetime = NOW, client_id: str = "app") -> Standing | None:
        return await self.reader.find(
            self.handle,
            b"i" * 16,
            credential_hash=hash_credential(self.record.id),
            client_id=client_id,
            now=now,
        )


@pytest.fixture
async def signed_in(storage: Storage, accounts: Accounts) -> SignedIn:
    found = record(new_handle())
    await accounts.found_account(account_of(found), new_credential(found))
    signed_in = SignedIn(storage, found)
    await signed_in.sessions.add(signed_in.session(), event=NO_EVENT)
    return signed_in


async def test_a_session_is_found_with_its_credential(signed_in: SignedIn) -> None:
    found = await signed_in.find()
    assert found is not None
    assert (found.stored.session, found.record) == (signed_in.session(), signed_in.record)
    assert found.consent is None


async def test_the_consent_is_that_of_the_client(signed_in: SignedIn) -> None:
    consent = Consent(
        client_id="app", scopes={"r": frozenset({"openid", "x"}), "s": frozenset()}, at=NOW
    )
    await signed_in.consents.put(signed_in.handle, consent, event=notice_for(bytes(32)))
    found, other = await signed_in.find(), await signed_in.find(client_id="other")
    assert found is not None
    assert other is not None
    assert (found.consent, other.consent) == (consent, None)


async def test_a_session_that_is_over_is_none(signed_in: SignedIn) -> None:
    assert await signed_in.find(now=NOW + IDLE - timedelta(microseconds=1))
    assert await signed_in.find(now=NOW + IDLE) is None


async def test_a_suspended_credential_has_no_session(
    signed_in: SignedIn, accounts: Accounts
) -> None:
    """Its sessions end a moment later, or not at all if the process ends in between."""
    stored = await accounts.find_credential_by_hash(
        locate_handle(signed_in.handle),
        hash_credential(signed_in.record.id),
    )
    assert stored is not None
    await accounts.change_credential(stored, suspended=True, event=NO_EVENT)
    assert await signed_in.find() is None


async def test_a_session_of_an_earlier_account_with_the_name_is_none(signed_in: SignedIn) -> None:
    """It has another handle, in the same partition."""
    earlier = UserHandle(signed_in.handle[:16] + bytes(16))
    await signed_in.sessions.end(signed_in.session(), event=NO_EVENT)
    await signed_in.sessions.add(signed_in.session(user_handle=earlier), event=NO_EVENT)
    assert await signed_in.find() is None
