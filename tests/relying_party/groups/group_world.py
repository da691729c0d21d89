"""Groups, accounts in them, and administrators of them."""

from shared.accounts.handles import UserHandle
from shared.accounts.names import read_username
from shared.recording.actors import SERVICE
from tests.harness.administrators import GROUP_ADMINISTRATOR, account
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness

BY = GROUP_ADMINISTRATOR
type Json = dict[str, object]


async def make_group(party: ServiceHarness, name: str = "dba") -> None:
    await party.service.groups.create(name, "Database administrators", by=BY)


async def make_account(party: ServiceHarness, username: str = "alice") -> UserHandle:
    owner = await party.service.provisioning.ensure(read_username(username), None, by=SERVICE)
    return owner.account.handle


async def add(party: ServiceHarness, handle: UserHandle, group: str = "dba") -> None:
    await party.service.memberships.add(group, handle, by=BY)


async def remove(party: ServiceHarness, handle: UserHandle, group: str = "dba") -> None:
    await party.service.memberships.remove(group, handle, by=BY)


async def groups(party: ServiceHarness, username: str = "alice") -> set[str]:
    return set((await account(party, username)).account.groups)


async def members(party: ServiceHarness, group: str = "dba") -> list[str]:
    shown = await party.service.groups.one(group, after="", limit=100, by=BY)
    assert shown.page.next is None
    return sorted(each.username for each in shown.page.members)


async def indexed(party: ServiceHarness, group: str = "dba") -> set[UserHandle]:
    return {row.handle for row in await party.stores.members.page(group, after="", limit=100)}


async def events(party: ServiceHarness, beginning: str = "group.") -> list[Json]:
    return [each for each in await record(party) if each["kind"].startswith(beginning)]
