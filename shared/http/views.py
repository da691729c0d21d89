"""Records as the API shows them: camelCase, base64url, RFC 3339."""

from datetime import UTC, datetime
from typing import Any

from fido2.webauthn import Aaguid

from shared import base64url, wiring
from shared.access_passes.access_pass import AccessPass, PassState
from shared.accounts.records import CredentialRecord, Link, UserAccount
from shared.audit.event import Actor
from shared.audit_log.contradictions import Contradiction
from shared.audit_log.delivery import DeliveryLag
from shared.http.paths import Page
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.sessions.access_token import AccessToken
from shared.sessions.session import Session
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.audit.erasures import Erasure


def begun(ceremony: CeremonyOptions) -> dict[str, Any]:
    return {"publicKey": ceremony.options, "expiresAt": timestamp(ceremony.expires_at)}


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


def account(owner: StoredAccount) -> dict[str, Any]:
    return {
        "user": user_of(owner.account),
        "credentials": [credential(record) for record in owner.records],
        "links": [link(each) for each in owner.links],
        "signal": signal(owner),
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
    """As an administrator sees it."""
    shown = owner.account
    return {
        "user": user_of(shown),
        "createdAt": timestamp(shown.created_at),
        "suspended": shown.suspended,
        "roles": sorted(shown.roles),
        "credentialCount": len(owner.credentials),
        "links": [link(each) for each in owner.links],
    }


def credentials(owner: StoredAccount, *, page: Page) -> dict[str, Any]:
    ordered = sorted(owner.records, key=lambda record: (record.created_at, record.id))
    ids = [base64url.encode(record.id) for record in ordered]
    start = ids.index(page.after) + 1 if page.after in ids else 0
    shown = ordered[start : start + page.limit]
    more = start + page.limit < len(ordered)
    return {
        "credentials": [credential(record) for record in shown],
        "next": base64url.encode(shown[-1].id) if more else None,
        "signal": signal(owner),
    }


def signal(owner: StoredAccount, *, removed: bytes | None = None) -> dict[str, Any]:
    """What `PublicKeyCredential.signal...()` takes (L3 section 5.1.10).

    The list is complete, suspended credentials included: an authenticator may delete for good
    whatever it does not name. Only ever given to who is signed in, or administers the account.
    """
    payload: dict[str, Any] = {
        "rpId": wiring.settings().policy.rp_id,
        "userId": base64url.encode(owner.account.handle),
        "name": owner.account.username,
        "displayName": owner.account.display_name,
        "allAcceptedCredentialIds": [base64url.encode(record.id) for record in owner.records],
    }
    return payload | ({"credentialId": base64url.encode(removed)} if removed else {})


def token(said: AccessToken) -> dict[str, Any]:
    return {
        "authTime": timestamp(said.auth_time),
        "expiresAt": timestamp(said.expires_at),
        "amr": list(said.amr),
        "acr": said.acr,
        "aal": said.aal,
        "scope": said.scope.value,
        "roles": sorted(said.roles),
        "credential": base64url.encode(said.credential_hash or b""),
        "session": base64url.encode(said.session_id or b""),
    }


def introspection(said: AccessToken) -> dict[str, Any]:
    """RFC 7662 section 2.2."""
    return {
        "active": True,
        "token_type": "DPoP" if said.thumbprint else "Bearer",
        "sub": base64url.encode(said.user_handle),
        "scope": said.scope.value,
        "exp": int(said.expires_at.timestamp()),
        "auth_time": int(said.auth_time.timestamp()),
        "iss": wiring.settings().tokens.issuer,
        "aud": said.audience(wiring.settings().tokens),
        "amr": list(said.amr),
        "aal": said.aal,
    } | ({"cnf": {"jkt": said.thumbprint}} if said.thumbprint else {})


def session(each: Session, *, current: bytes | None) -> dict[str, Any]:
    return {
        "id": base64url.encode(each.id),
        "current": each.id == current,
        "signedInAt": timestamp(each.sign_in.at),
        "lastUsedAt": timestamp(each.seems_used_at()),
        "expiresAt": timestamp(each.seems_over_at()),
        "userAgent": each.user_agent,
        "credential": base64url.encode(each.sign_in.credential_hash),
    }


def access_pass(shown: AccessPass, *, now: datetime) -> dict[str, Any]:
    """Entra's members of a Temporary Access Pass, and never the pass."""
    state = shown.state(now)
    return {
        "id": base64url.encode(shown.id),
        "createdAt": timestamp(shown.created_at),
        "startsAt": timestamp(shown.starts_at),
        "expiresAt": timestamp(shown.expires_at),
        "oneTime": shown.one_time,
        "registrations": shown.registrations,
        "registered": shown.registered,
        "isUsable": state is PassState.ENABLED_BY_POLICY,
        "state": state.value,
    }


def contradiction(found: Contradiction) -> dict[str, str]:
    return {"trouble": "inconsistent", "what": found.what, "since": timestamp(found.since)}


def erasure(shown: Erasure) -> dict[str, Any]:
    """With the name, as somebody else has to confirm it."""
    confirmed_by = shown.confirmed_by
    return {
        "id": shown.id,
        "username": shown.username,
        "state": "begun" if shown.begun else "confirmed" if confirmed_by else "waiting",
        "requestedBy": _someone(shown.requested_by.someone),
        "requestedAt": timestamp(shown.requested_at),
        "dueAt": timestamp(shown.due_at),
    } | ({"confirmedBy": _someone(confirmed_by.someone)} if confirmed_by else {})


def _someone(shown: Actor) -> dict[str, str]:
    return shown.describe() | ({"name": shown.name} if shown.name else {})


def delivery_lag(lag: DeliveryLag) -> dict[str, Any]:
    shown = {"behind": lag.entries, "shelved": lag.shelved}
    since = {"since": timestamp(lag.since)} if lag.since else {}
    return shown | since | ({"failing": lag.failing} if lag.failing else {})


def timestamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
