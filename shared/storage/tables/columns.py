"""The valid values of the columns of our rows, by name, the same in every table. Pure.

Columns that are not listed here are checked by the code that reads them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from shared.accounts.group_texts import parse_assigned_groups, parse_linked_groups
from shared.accounts.handles import HANDLE_BYTES
from shared.accounts.roles import Role
from shared.storage.edm import EntityProperty

type Check = Callable[[object], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_integer(value: object) -> bool:
    number = value.value if isinstance(value, EntityProperty) else value
    return isinstance(number, int) and not isinstance(number, bool)


def _is_small_integer(value: object) -> bool:
    """One of 32 bits, as we write it. One of 64 is no number for Python, and others wrote it."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_instant(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_handle(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HANDLE_BYTES


def _are_roles(value: object) -> bool:
    return isinstance(value, str) and all(name in Role for name in value.split(",") if name)


_MOST_DIGITS = 20
"""Python refuses to read a number of thousands."""


def _is_digits(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= _MOST_DIGITS
    )


def _is_digits_or_empty(value: object) -> bool:
    return value == "" or _is_digits(value)


def _is_instant_or_empty(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return not value or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _parsed(parse: Callable[[str], object]) -> Check:
    def check(value: object) -> bool:
        try:
            return isinstance(value, str) and parse(value) is not None
        except ValueError:
            return False

    return check


def _of(check: Check, names: str) -> dict[str, Check]:
    return dict.fromkeys(names.split(), check)


COLUMNS: Mapping[str, Check] = {
    **_of(_is_handle, "UserHandle"),
    **_of(_are_roles, "Roles"),
    **_of(_is_instant_or_empty, "AwaitedSince"),
    **_of(_parsed(parse_linked_groups), "ProviderGroups"),
    **_of(_parsed(parse_assigned_groups), "AssignedGroups"),
    **_of(_is_digits, "Size Next"),
    **_of(_is_flag, "Suspended AccountSuspended UvInitialized BackupEligible BackupState Closed"),
    **_of(_is_flag, "OneTime UserVerified"),
    **_of(_is_integer, "SignCount"),
    **_of(_is_small_integer, "Registrations Registered Count Failures Shelved"),
    **_of(_is_small_integer, "Rotations Issue UsedIssue Attempts Change Webhook"),
    **_of(_is_instant, "CreatedAt LastUsedAt CountedAt LinkedAt StartsAt ExpiresAt UsedAt"),
    **_of(_is_instant, "SignedInAt IdleExpiresAt RotatedAt ReservedAt SealedAt WaitUntil"),
    **_of(_is_instant, "TokenMadeAt ConsentedAt NotedAt DueAt"),
    **_of(_is_bytes, "CredentialId PublicKey Aaguid AttestationObject AttestationClientDataJson"),
    **_of(_is_bytes, "PassId Salt Digest CredentialHash Current RefreshedBy Ceremony Value"),
    **_of(_is_bytes, "SessionId NamedSession"),
    **_of(_is_digits_or_empty, "Use"),
    **_of(_is_bytes, "Leaf Personal PersonalSalt Evidence EvidenceSalt Frontier"),
    **_of(_is_text, "PartitionKey RowKey Username DisplayName Name Transports Subject Oddities"),
    **_of(_is_text, "AttestationFormat AttestationType LinkedByKind LinkedBy UserAgent Binding"),
    **_of(_is_text, "Document Logo Secrets Description"),
    **_of(_is_text, "Clients ClientGrant ConsentedClient Resources Client"),
    **_of(_is_text, "Request Decision Approval Profile"),
    **_of(
        _is_text, "TokenVersion Tidy Tag Places At Kind Outcome Actor Target Checkpoint Note Reason"
    ),
}
