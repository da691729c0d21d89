"""The changes that administrators make, and which of them are forbidden on the own account."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.audit.event import Kind
from shared.errors import NotPermitted


class Act(Enum):
    """A change by an administrator. The value is the kind of its event."""

    ISSUE_PASS = Kind.PASS_ISSUED
    DELETE_PASS = Kind.PASS_DELETED
    LINK = Kind.ACCOUNT_LINKED
    UNLINK = Kind.ACCOUNT_UNLINKED
    SUSPEND_ACCOUNT = Kind.ACCOUNT_SUSPENDED
    RESUME_ACCOUNT = Kind.ACCOUNT_RESUMED
    SUSPEND_CREDENTIAL = Kind.CREDENTIAL_SUSPENDED
    RESUME_CREDENTIAL = Kind.CREDENTIAL_RESUMED
    REMOVE_CREDENTIAL = Kind.CREDENTIAL_REMOVED
    ERASE_PERSON = Kind.ERASURE_REQUESTED
    CONFIRM_ERASURE = Kind.ERASURE_CONFIRMED
    WITHDRAW_ERASURE = Kind.ERASURE_WITHDRAWN

    @property
    def kind(self) -> Kind:
        return self.value


_OWN_TRACES = "nobody has a hand in erasing their own traces"
_NOBODY_LEFT = "the only administrator would lock everybody out"

NOT_FOR_ONESELF: Mapping[Act, str] = MappingProxyType(
    {
        Act.ISSUE_PASS: "a borrowed session would become a key that lasts",
        Act.LINK: "a borrowed session would become a way in that lasts",
        Act.UNLINK: "without the link, nothing of this would be refused any more",
        Act.SUSPEND_ACCOUNT: _NOBODY_LEFT,
        Act.RESUME_ACCOUNT: "a suspended administrator must not resume the own account",
        Act.SUSPEND_CREDENTIAL: _NOBODY_LEFT,
        Act.RESUME_CREDENTIAL: "whoever found a lost key must not make it count again",
        Act.REMOVE_CREDENTIAL: _NOBODY_LEFT,
        Act.ERASE_PERSON: _OWN_TRACES,
        Act.CONFIRM_ERASURE: _OWN_TRACES,
    }
)
"""The reason for each. Without the role, all owners may remove their own links and credentials."""


def require_for_another(act: Act, own: UserHandle | None, whom: AccountLocator) -> None:
    """Raise NotPermitted if `act` is forbidden on the caller's own account, which is `own`."""
    if own is not None and locate_handle(own) == whom and act in NOT_FOR_ONESELF:
        raise NotPermitted
