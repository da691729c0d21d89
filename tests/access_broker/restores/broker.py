"""Restores in process: people, a profile of a vault, and Resource Manager over TLS."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from shared.access.approvals.approval import Approval
from shared.access.profiles.documents import state_of
from shared.access.profiles.profile import Approvers, BackupRestore, Kind, Profile
from shared.access.restores.record import Order, Record
from shared.access.restores.restore import Restore, Status, request_id_of
from shared.access_broker.assertions import Acting
from shared.accounts.handles import UserHandle
from shared.composition.access.approvals import ApprovalParts
from shared.composition.access.restores import (
    RestoreParts,
    make_browsing,
    make_restore_following,
    make_starting,
)
from shared.errors import ProviderUnavailable
from shared.fetching.https import Https
from shared.fetching.resource_manager import ResourceManager
from tests.access.restores.actions import details
from tests.access_broker.approvals.desk import IDENTITY, Desk, Profiles, Someone, profile, users
from tests.fakes import resource_manager as arm
from tests.fakes.resource_manager import ResourceManagerServer, arm_token
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness

COVER = BackupRestore(
    identity=IDENTITY,
    vault=arm.VAULT,
    items=(arm.ITEM,),
    recovery_types=frozenset({"RestoreDisks", "OriginalLocation"}),
    targets=(arm.TARGET,),
    resource_guard=(),
)


def backups(**changes: Any) -> Profile:  # noqa: ANN401
    """Alice may ask, and Bob approves."""
    parameters = replace(COVER, **changes)
    return profile(
        kind=Kind.AZURE_BACKUP_RESTORE,
        name="backups",
        parameters=parameters,
        approvers=Approvers(number=1, who=users("bob")),
    )


@dataclass
class Tokens:
    """In place of Entra."""

    is_down: bool = False
    asked: list[Acting] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def resource_manager(self, acting: Acting) -> str:
        self.asked.append(acting)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        if self.is_down:
            raise ProviderUnavailable("Entra is down")
        return arm_token(acting.identity.client_id)


class Broker:
    """One instance."""

    def __init__(
        self,
        party: ServiceHarness,
        server: ResourceManagerServer,
        *,
        profiles: Profiles | None = None,
        https: Callable[[], Https] | None = None,
    ) -> None:
        self.party, self.server, self.clock = party, server, party.clock
        self.asker: UserHandle | None = None
        self.profiles = profiles or Profiles({"backups": backups()})
        self.tokens = Tokens()
        self.desk = Desk(party, self.profiles)
        self.https = https or (lambda: Https(tls=server.tls.client_context()))
        service = party.service
        self.approvals = ApprovalParts(
            parts=party.parts,
            profiles=self.profiles,
            senders=service.approval_senders,
            authorities=service._authorities,
        )
        given = RestoreParts(
            approvals=self.approvals,
            manager=lambda: ResourceManager(self.https, url=server.url),
            tokens=self.tokens,
        )
        self.browsing = make_browsing(given)
        self.following = make_restore_following(given)
        self.starting = make_starting(given, self.following, self.desk.using)

    def another(self) -> "Broker":
        """Another instance over the same tables."""
        return Broker(self.party.restarted(), self.server, profiles=self.profiles)

    async def approved(self, alice: Someone, bob: Someone, *, asked: object = None) -> Approval:
        given = details() if asked is None else asked
        approval = await self.desk.ask(alice, profile="backups", details=given)
        await self.desk.approve(approval, bob)
        return approval

    async def start(self, approval: Approval, alice: Someone) -> Restore:
        usable = await self.desk.using.of_asker(approval.id, alice.holder.handle)
        return await self.starting.start(usable)

    async def intend(self, number: int = 0) -> str:
        """An intent as the use of an approval leaves it; return the approval's ID."""
        approval = f"01950000-0000-7000-8000-{number:012x}"
        now = self.clock()
        if self.asker is None:
            self.asker = (await self.desk.person("alice")).holder.handle
        order = Order(
            profile="backups",
            profile_state=state_of(backups()),
            asker=self.asker,
            details=details(),
            identity=IDENTITY,
            guard_requests=(),
        )
        restore = Restore(
            id=approval, request_id=request_id_of(approval), intended_at=now, due_at=now
        )
        kept = await self.following.changes.keep(Record(order, restore))
        table = self.party.parts.table("Approvals")
        assert await table.transact([self.following.store.creation(kept)])
        return approval

    async def status(self, approval: str) -> Status:
        found = await self.following.changes.find(approval)
        assert found is not None
        return found.restore.status

    async def find(self, approval: Approval) -> Restore | None:
        found = await self.following.changes.find(approval.id)
        return None if found is None else found.restore

    async def now(self, approval: Approval) -> Restore:
        found = await self.find(approval)
        assert found is not None
        return found

    async def follow(self, *, minutes: float = 0) -> int:
        """A run of the timer, so many minutes later."""
        self.clock.advance(minutes=minutes)
        until = self.clock().replace(year=2100)
        return await self.following.follow(until=until)

    async def events(self) -> list[dict[str, Any]]:
        """Of restores, without attempts that were given up."""
        kinds = ("restore.started", "restore.ended")
        return [each for each in await record(self.party) if each["kind"] in kinds]
