"""Stories about groups."""

from shared.composition.parts import Parts
from shared.relying_party.callers.callers import Callers
from shared.relying_party.groups.administration import GroupAdministration
from shared.relying_party.groups.group_callers import GroupCallers
from shared.relying_party.groups.members import Members
from shared.relying_party.groups.memberships import Memberships


def make_group_administration(parts: Parts, callers: Callers) -> GroupAdministration:
    return GroupAdministration(
        callers=_make_callers(parts, callers),
        groups=parts.stores.groups,
        members=_make_members(parts),
        clock=parts.clock,
    )


def make_memberships(parts: Parts, callers: Callers) -> Memberships:
    return Memberships(
        callers=_make_callers(parts, callers),
        groups=parts.stores.groups,
        index=parts.stores.members,
        members=_make_members(parts),
        accounts=parts.stores.accounts,
    )


def _make_callers(parts: Parts, callers: Callers) -> GroupCallers:
    return GroupCallers(callers=callers, accounts=parts.stores.accounts, recorder=parts.recorder)


def _make_members(parts: Parts) -> Members:
    return Members(index=parts.stores.members, accounts=parts.stores.accounts)
