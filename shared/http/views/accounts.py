"""Accounts, credentials and links."""

from typing import Any

from fido2.webauthn import Aaguid

from shared import base64url
from shared.accounts.records import CredentialRecord, Link, UserAccount
from shared.http.instants import timestamp
from shared.http.paths import Page
from shared.storage.accounts.accounts import StoredAccount


def user(handle: bytes, *, username: str, display_name: str) -> dict[str, Any]:
    return {
        "id": base64url.encode(handle),
        "username": username,
        "displayName": display_name,
    }


def user_of(shown: UserAccount) -> dict[str, Any]:
    return user(shown.handle, username=shown.username, display_name=shown.display_name)


def credential(record: CredentialRecord) -> dict[str, Any]:
    return {
        "id": base64url.encode(record.id),
        "name": record.name,
        "aaguid": str(Aaguid(record.aaguid)),
        "createdAt": timestamp(record.created_at),
        "lastUsedAt": timestamp(record.last_used_at),
        "transports": list(record.transports),
        "userVerified": record.uv_initialized,
        "backupEligible": record.backup_eligible,
        "backupState": record.backup_state,
        "signCount": record.sign_count,
        "warnings": record.warnings,
        "suspended": not record.is_active,
        "attestation": {"format": record.attestation_format, "type": record.attestation_type},
    }


def account(owner: StoredAccount, *, rp_id: str) -> dict[str, Any]:
    return {
        "user": user_of(owner.account),
        "credentials": [credential(record) for record in owner.records],
        "links": [link(each) for each in owner.links],
        "signal": signal(owner, rp_id=rp_id),
    }


def link(shown: Link) -> dict[str, Any]:
    issuer, _, subject = shown.subject.partition(" ")
    return {
        "id": base64url.encode(shown.id),
        "issuer": issuer,
        "subject": subject,
        "addedAt": timestamp(shown.added_at),
        "addedBy": {"type": shown.added_by_kind, "id": shown.added_by},
    }


def managed_account(owner: StoredAccount) -> dict[str, Any]:
    """An account as an administrator sees it."""
    shown = owner.account
    return {
        "user": user_of(shown),
        "createdAt": timestamp(shown.created_at),
        "suspended": shown.suspended,
        "roles": sorted(shown.roles),
        "groups": sorted(shown.groups),
        "credentialCount": len(owner.credentials),
        "links": [link(each) for each in owner.links],
    }


def credentials(owner: StoredAccount, *, page: Page, rp_id: str) -> dict[str, Any]:
    ordered = sorted(owner.records, key=lambda record: (record.created_at, record.id))
    ids = [base64url.encode(record.id) for record in ordered]
    start = ids.index(page.after) + 1 if page.after in ids else 0
    shown = ordered[start : start + page.limit]
    more = start + page.limit < len(ordered)
    return {
        "credentials": [credential(record) for record in shown],
        "next": base64url.encode(shown[-1].id) if more else None,
        "signal": signal(owner, rp_id=rp_id),
    }


def signal(owner: StoredAccount, *, rp_id: str, removed: bytes | None = None) -> dict[str, Any]:
    """The options for `PublicKeyCredential.signal...()` (L3 section 5.1.10).

    The list is complete and includes suspended credentials: an authenticator may permanently
    delete any credential that is not in it. Only the signed-in owner and administrators get it.
    """
    payload: dict[str, Any] = {
        "rpId": rp_id,
        "userId": base64url.encode(owner.account.handle),
        "name": owner.account.username,
        "displayName": owner.account.display_name,
        "allAcceptedCredentialIds": [base64url.encode(record.id) for record in owner.records],
    }
    return payload | ({"credentialId": base64url.encode(removed)} if removed else {})
