"""Who may change a group, and who is in it. Nobody puts the own account into a group."""

from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.errors import OwnMembership
from shared.principals import AccountHolder, Principal, subject_key
from shared.recording.actors import bearer
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Caller, Callers
from shared.storage.accounts.accounts import AccountStore, StoredAccount


class GroupCallers:
    def __init__(
        self, *, callers: Callers, accounts: AccountStore, recorder: AuditRecorder
    ) -> None:
        self._callers = callers
        self._accounts = accounts
        self._recorder = recorder

    def attempt(self, kind: Kind, *, by: Principal) -> Attempt:
        return self._recorder.attempt(kind, actor=bearer(by))

    async def require_role(self, by: Principal) -> Caller:
        """Raises TokenInvalid, NotPermitted."""
        return await self._callers.require_role(by, Role.GROUPS_ADMIN)

    async def require_to_read(self, attempt: Attempt, group: str, *, by: Principal) -> Caller:
        """The event names the group only if the caller has the role: nobody else may put a text of
        their own into the log, which is kept forever. Raises TokenInvalid, NotPermitted."""
        caller = await self.require_role(by)
        attempt.add_details(facts={"group": group})
        return caller

    async def require_to_change(self, attempt: Attempt, group: str, *, by: Principal) -> Caller:
        """Raises TokenInvalid, NotPermitted, StepUpRequired."""
        caller = await self.require_to_read(attempt, group, by=by)
        self._callers.require_fresh(by)
        return caller

    async def require_for_another(self, caller: Caller, whom: StoredAccount) -> None:
        """Raises OwnMembership."""
        if caller.account == whom.account.handle:
            raise OwnMembership
        if not _subjects(whom).isdisjoint(await self._subjects_of(caller)):
            raise OwnMembership

    async def _subjects_of(self, caller: Caller) -> frozenset[str]:
        """The provider's users that are known to be the caller."""
        by, account = caller.principal, caller.account
        own = () if isinstance(by, AccountHolder) else (subject_key(by.issuer, by.subject),)
        owner = None if account is None else await self._accounts.find_account(account)
        return frozenset(own) | (frozenset() if owner is None else _subjects(owner))


def _subjects(owner: StoredAccount) -> frozenset[str]:
    made_for = owner.account.subject
    return frozenset(link.subject for link in owner.links) | ({made_for} if made_for else set())
