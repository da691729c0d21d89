"""Groups, and the accounts in them."""

from typing import Any

from shared.accounts.groups import Group
from shared.http.instants import timestamp
from shared.http.views.accounts import user_of
from shared.relying_party.groups.members import MemberPage


def show_group(shown: Group) -> dict[str, str]:
    return {
        "name": shown.name,
        "description": shown.description,
        "createdAt": timestamp(shown.created_at),
    }


def show_members(page: MemberPage) -> dict[str, Any]:
    return {"members": [user_of(each) for each in page.members], "next": page.next}
