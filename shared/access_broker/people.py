"""People as their accounts are at this moment, with what their gestures prove."""

from dataclasses import dataclass
from datetime import datetime

from shared.access.profiles.eligibility import Gesture, Person
from shared.accounts.handles import UserHandle
from shared.accounts.names import read_username
from shared.accounts.records import CredentialRecord, UserAccount
from shared.storage.accounts.accounts import AccountStore


def person_of(account: UserAccount) -> Person:
    return Person(
        handle=account.handle,
        username=read_username(account.username).canonical,
        roles=account.roles,
        groups=account.groups,
        suspended=account.suspended,
    )


def gesture_of(record: CredentialRecord, *, user_verified: bool, at: datetime) -> Gesture:
    return Gesture(
        at=at,
        user_verified=user_verified,
        device_bound=not record.synced,
        attested=False,  # no trusted anchor vouches for any registration
        aaguid=_guid(record.aaguid),
    )


def _guid(aaguid: bytes) -> str:
    text = aaguid.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass(frozen=True, slots=True)
class People:
    accounts: AccountStore

    async def find(self, handle: UserHandle) -> Person | None:
        owner = await self.accounts.find_account_row(handle)
        return None if owner is None else person_of(owner.account)
