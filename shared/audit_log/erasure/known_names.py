"""All names of one person: an account, and the users of identity providers linked to it.

Names are digests, so that a request can have them and does not show who the person is. An account
is named by its locator: a later account with the same username is treated as the same person.
"""

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.audit.event import Actor, ActorType
from shared.principals import Principal
from shared.recording.actors import bearer, user
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.audit.people_index import ACCOUNT_CHARACTERS
from shared.storage.tables.row_keys import digest_key

type Names = frozenset[str]


def name_of(standing: str, someone_id: str) -> str:
    """Makes a name from the actor or target in an entry of the log."""
    is_user = standing == ActorType.USER
    key = f"user {someone_id[:ACCOUNT_CHARACTERS]}" if is_user else someone_id
    return digest_key(key.encode())


async def names_at(accounts: AccountStore, locator: AccountLocator) -> Names:
    """The names of the person with this username. There need not be an account."""
    return _name(user(locator)) | _names_in(await accounts.find_account_at(locator))


async def names_of_bearer(
    accounts: AccountStore, principal: Principal, account: UserHandle | None
) -> Names:
    """`account` is the bearer's own account."""
    own = _name(bearer(principal))
    return own if account is None else own | await names_at(accounts, locate_handle(account))


def _names_in(owner: StoredAccount | None) -> Names:
    if owner is None:
        return frozenset()
    subjects = {link.subject for link in owner.links} | {owner.account.subject}
    return frozenset(name_of(ActorType.PROVIDER_USER, each) for each in subjects if each)


def _name(someone: Actor) -> Names:
    return frozenset({name_of(someone.standing, someone.id)})
