"""A person's session, the credential that it began with, the groups of the account, and the consent
for a client, by one query: all are in the partition of the account."""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import CredentialRecord
from shared.storage.accounts.credential_entities import RECORD_COLUMNS, read_credential
from shared.storage.accounts.entities import ACCOUNT_ROW, credential_row_of, read_account
from shared.storage.openid.consents import Consent, consent_row, read_consent
from shared.storage.session_rows import SESSION_COLUMNS, keys_of, read_session
from shared.storage.sessions import StoredSession
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Table, version

_COLUMNS = (
    *dict.fromkeys(("PartitionKey", *RECORD_COLUMNS, *SESSION_COLUMNS)),
    *("ConsentedClient", "Resources", "ConsentedAt", "ProviderGroups", "AssignedGroups"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    stored: StoredSession
    record: CredentialRecord
    """It has the person's names."""
    groups: frozenset[str]
    """Those that the account has now."""
    consent: Consent | None


class StandingReader:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def find(
        self,
        handle: UserHandle,
        session_id: bytes,
        *,
        credential_hash: bytes,
        client_id: str,
        now: datetime,
    ) -> Standing | None:
        """None unless the session is live, began with this credential, and that is still usable."""
        session_keys = keys_of(locate_handle(handle), session_id)
        names = {
            "session": session_keys["RowKey"],
            "credential": credential_row_of(credential_hash),
            "consent": consent_row(client_id),
            "row": ACCOUNT_ROW,
        }
        rows = await self._accounts.query(
            "PartitionKey eq @account and ( "
            "RowKey eq @session or RowKey eq @credential or RowKey eq @consent or RowKey eq @row )",
            {"account": session_keys["PartitionKey"], **names},
            select=_COLUMNS,
            limit=len(names),
        )
        found = {str(row["RowKey"]): row for row in rows}
        session, credential = found.get(names["session"]), found.get(names["credential"])
        if session is None or credential is None:
            return None
        consent = found.get(names["consent"])
        standing = Standing(
            stored=StoredSession(read_session(session), version(session)),
            record=read_credential(credential),
            groups=_groups(found.get(ACCOUNT_ROW), handle),
            consent=None if consent is None else read_consent(consent, handle),
        )
        return standing if _holds(standing, handle, credential_hash, now) else None


def _groups(row: Row | None, handle: UserHandle) -> frozenset[str]:
    account = None if row is None else read_account(row)
    return account.groups if account is not None and account.handle == handle else frozenset()


def _holds(standing: Standing, handle: UserHandle, credential_hash: bytes, now: datetime) -> bool:
    session, record = standing.stored.session, standing.record
    return (
        session.is_live(now)
        and session.sign_in.user_handle == record.user_handle == handle
        and session.sign_in.credential_hash == credential_hash
        and record.is_active
    )
