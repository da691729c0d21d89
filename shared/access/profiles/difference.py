"""What a change of a profile changes, for the audit log, which is kept forever.

It has no usernames, no free text and no secret: of these it has digests and numbers.
"""

from shared.access.canonical import canonical_json, digest
from shared.access.profiles.documents import write_profile
from shared.access.profiles.profile import Kind, Profile

_DIGESTED = ("title", "description", "webhooks")
"""Free text, and addresses that may have a secret in them."""
_AUDIENCES = ("who", "approvers")
_LONGEST = 500
"""In bytes. In place of a longer member there is its digest."""


def changed_members(before: Profile, after: Profile) -> list[str]:
    old, new = write_profile(before), write_profile(after)
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def show_members(profile: Profile, names: list[str]) -> str:
    """These members as canonical JSON."""
    document = write_profile(profile)
    given = [name for name in names if name in document]
    return canonical_json({name: _shown(profile, name, document[name]) for name in given}).decode()


def all_members(profile: Profile) -> list[str]:
    return list(write_profile(profile))


def _shown(profile: Profile, name: str, member: object) -> object:
    if name in _DIGESTED or (name == "parameters" and profile.kind is Kind.CUSTOM):
        return {"sha256": digest(member)}
    if name in _AUDIENCES and isinstance(member, dict) and "users" in member:
        member = member | {"users": len(member["users"])}
    return member if len(canonical_json(member)) <= _LONGEST else {"sha256": digest(member)}
