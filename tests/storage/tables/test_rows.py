"""A row with a missing or wrong column is one clear error for each reader."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from shared import base64url
from shared.access.approvals.webhooks.notice import ApprovalNotice
from shared.access_passes.access_pass import AccessPass
from shared.accounts.groups import Group, LinkedGroup
from shared.accounts.handles import AccountLocator
from shared.accounts.records import Link
from shared.audit.event import Deployment, Event, Kind, Outcome
from shared.audit.event_id import new_event_id
from shared.audit.merkle import Frontier, Subtree
from shared.audit.statement import StatementKey, make_statement
from shared.errors import LogInconsistent
from shared.rate_limits.policy import DEFAULTS
from shared.rate_limits.windows import Window
from shared.sessions.binding import COOKIE
from shared.sessions.client_grant import ClientGrant
from shared.sessions.client_use import ClientUse
from shared.sessions.logout_notice import notices_of_uses
from shared.sessions.session import SessionLimits, SignIn, begin_session
from shared.storage.access.approval_notices import ApprovalNotices
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.awaited_accounts import AwaitedAccounts
from shared.storage.accounts.credential_ids import CredentialIds, Reservation
from shared.storage.accounts.links import LinkStore
from shared.storage.accounts.passes import PassStore
from shared.storage.accounts.registrations import RegistrationStore
from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.configuration_snapshot import ConfigurationSnapshots
from shared.storage.audit.cursors import Cursor, CursorStore
from shared.storage.audit.event_ids import EventIds
from shared.storage.audit.statements import Partition
from shared.storage.audit.tombstones import MARKS
from shared.storage.groups.definitions import GroupStore
from shared.storage.groups.members import MemberIndex
from shared.storage.limits import LimitStore
from shared.storage.openid.clients import ClientStore
from shared.storage.openid.consents import Consent, ConsentStore
from shared.storage.openid.device_codes import DeviceCodeStore
from shared.storage.openid.logout_notices import LogoutNotices
from shared.storage.operator_uses import OperatorUses, Token
from shared.storage.service_key import ServiceKeyStore
from shared.storage.sessions import SessionStore, StoredSession
from shared.storage.tables.columns import COLUMNS
from shared.storage.tables.rows import RowUnreadable
from tests.no_event import NO_EVENT
from tests.openid.clients.documents import client, web
from tests.storage.kept_rows import KeptRows
from tests.storage.records import NOW, account_of, new_credential, new_handle, record

HANDLE = new_handle()
LOCATOR = AccountLocator(HANDLE[:16])
RECORD = record(HANDLE, counted_at=NOW)
LINK = Link(subject="https://provider.example s", added_at=NOW, added_by_kind="user", added_by="a")
DAY = timedelta(days=1)
LIMITS = SessionLimits(absolute=DAY, idle=DAY, grace=timedelta())
GRANT = ClientGrant(
    client_id="orders", scope=("openid",), resources=("https://orders.example",), session_id=b"s"
)
CONSENT = Consent(client_id="orders", scopes={"r": frozenset({"openid"})}, at=NOW)
GROUP = Group(name="dba", description="", created_at=NOW)
USES = (ClientUse(client_id="orders", since=NOW),)
SESSION = begin_session(
    SignIn(user_handle=HANDLE, credential_hash=bytes(32), user_verified=True, at=NOW),
    session_id=b"i" * 16,
    secret=b"s" * 32,
    user_agent="tests",
    limits=LIMITS,
    binding=COOKIE,
    grant=GRANT,
)
DEVICE = bytes(32)
(NOTICE,) = notices_of_uses(SESSION, USES, now=NOW)
WEBHOOK_NOTICE = ApprovalNotice(
    approval="an-id", change=0, profile="pay", webhook=1, noted_at=NOW, due_at=NOW
)
WINDOW = Window(limit=DEFAULTS[0], partition="p", row="r", ends_at=1)
PASS = AccessPass(
    id=b"p" * 16,
    user_handle=HANDLE,
    salt=b"s",
    digest=b"d",
    created_at=NOW,
    starts_at=NOW,
    expires_at=NOW + DAY,
    one_time=True,
    used_at=None,
)
EVENT = Event(
    id=new_event_id(NOW, sequence=0, random=bytes(8)),
    at=NOW,
    kind=Kind.SESSION_ENDED,
    outcome=Outcome.SUCCESS,
    deployment=Deployment(rp_id="touchstone.example", tenant="https://touchstone.example"),
)
KEY = StatementKey(id="k", secret=bytes(32))
STATEMENT = make_statement(EVENT, random=bytes, key=KEY)
FAR = NOW + 2 * DAY


class Tables:
    """All tables, and the stores over them."""

    def __init__(self) -> None:
        self._tables: dict[str, KeptRows] = {}
        self.accounts = AccountStore(self["Accounts"])
        self.passes = PassStore(self["Accounts"])
        self.sessions = SessionStore(self["Accounts"])
        self.ids = CredentialIds(self["CredentialIds"])
        self.links = LinkStore(self["Links"])
        self.counters = LimitStore(self["RateLimits"])
        self.service_keys = ServiceKeyStore(self["Service"])
        self.outbox = AuditOutbox(self["AuditOutbox"], tables=self.__getitem__)
        self.log = AuditLog(log=self["AuditLog"], tree=self["AuditTree"])
        self.cursors = CursorStore(self["AuditTree"])
        self.states = ConfigurationSnapshots(self["AuditTree"])
        self.event_ids = EventIds(self["AuditTree"], self.log)
        self.operator_uses = OperatorUses(self["AuditTree"])
        self.clients = ClientStore(self["Clients"])
        self.groups = GroupStore(self["Groups"])
        self.members = MemberIndex(self["Groups"])
        self.consents = ConsentStore(self["Accounts"])
        self.devices = DeviceCodeStore(self["AuditOutbox"])
        self.notices = LogoutNotices(self["Logouts"])
        self.approval_notices = ApprovalNotices(self["Approvals"])

    def __getitem__(self, name: str) -> KeptRows:
        return self._tables.setdefault(name, KeptRows(name))

    def names(self) -> set[str]:
        return {
            column
            for table in self._tables.values()
            for row in table.rows.values()
            for column in row
        }

    async def fill(self) -> None:
        """Write a row of each kind with the code of the service."""
        registrations = RegistrationStore(
            accounts=self["Accounts"], account_store=self.accounts, credential_ids=self.ids
        )
        account = replace(
            account_of(RECORD),
            subject=LINK.subject,
            awaited_since=NOW,
            linked_groups=frozenset({LinkedGroup(LINK.id, "p:g")}),
            assigned_groups=frozenset({"g"}),
        )
        await self.ids.reserve(
            Reservation(credential_id=RECORD.id, owner=HANDLE, ceremony=b"c", at=NOW)
        )
        await registrations.found_account(account, new_credential(RECORD), event=NO_EVENT)
        owner = await self.accounts.find_account(HANDLE)
        assert owner is not None
        await self.accounts.add_link(owner, LINK, event=NO_EVENT)
        await self.accounts.change_account(owner, account, event=NO_EVENT)
        await self.passes.put(PASS, owner, event=NO_EVENT)
        stored = await self.passes.find(LOCATOR)
        assert stored is not None
        await self.passes.use(stored, at=NOW, event=NO_EVENT)
        await self.sessions.add(SESSION, event=NO_EVENT)
        await self.sessions.set_clients(StoredSession(SESSION, "*"), USES, event=NO_EVENT)
        await self.consents.put(HANDLE, CONSENT, event=STATEMENT)
        await self.devices.add(DEVICE, request="sealed", expires_at=1)
        waiting = await self.devices.find(DEVICE)
        assert waiting is not None
        await self.devices.decide(waiting, "sealed")
        await self.notices.put([NOTICE])
        await self["Approvals"].upsert(self.approval_notices.row(WEBHOOK_NOTICE))
        await self.links.add(LINK.subject, HANDLE, event=STATEMENT)
        await self.counters.add(WINDOW)
        await self.service_keys.make(candidate=bytes(32))
        await self.clients.add(client(web()), event=STATEMENT)
        await self.groups.add(GROUP, event=STATEMENT)
        await self.members.put("dba", HANDLE)
        await self._fill_the_log()

    async def _fill_the_log(self) -> None:
        await self.outbox.put(STATEMENT, Partition("Links", "p"))
        await self.outbox.tombstones.put(STATEMENT, (), now=NOW)
        await self.log.append(0, [STATEMENT])
        head = Head(frontier=Frontier(1, [bytes(32)]), checkpoint="note", sealed_at=NOW, tidy=1)
        await self.log.advance(Head(), head)
        await self.log.keep_roots([(Subtree(8, 0), bytes(32))])
        await self.log.keep_checkpoint(1, "note")
        await self.cursors.store("monitor", Cursor(wait_until=NOW))
        await self.cursors.shelve("monitor", 1, "too large")
        await self.states.replace(await self.states.find("x"), {"a": "b"}, event=STATEMENT)
        await self.event_ids.claim(0, [STATEMENT])
        last = await self.operator_uses.find("export")
        await self.operator_uses.replace(last, Token(version="1", made_at=NOW), event=STATEMENT)


type Read = Callable[[Tables], Awaitable[object]]


def _lowest(size: int) -> bytes:
    """The chance with which a query begins before every account, whatever its handle is."""
    return base64url.decode("-" * 40)[:size]


def _awaited(tables: Tables) -> AwaitedAccounts:
    return AwaitedAccounts(
        tables["Accounts"], accounts=tables.accounts, passes=tables.passes, random=_lowest
    )


async def _claim(tables: Tables) -> object:
    """A process crashed after it claimed the ID, and before it appended the event."""
    table = tables["AuditTree"]

    async def taken(_entity: object) -> bool:
        return False

    table.insert = table.transact = taken  # type: ignore[method-assign, assignment]
    return await tables.event_ids.claim(0, [STATEMENT])


async def _transact(tables: Tables) -> object:
    """Its event is stored, but its change failed."""
    table = tables["Links"]

    async def refused(_operations: object) -> bool:
        return False

    table.transact = refused  # type: ignore[method-assign, assignment]
    return await tables.links.add(LINK.subject, HANDLE, event=STATEMENT)


@dataclass(frozen=True)
class Reader:
    table: str
    row: str
    """The beginning of its key, or of its partition if that shows the kind of row."""
    read: Read
    needs: str = ""
    may_lack: str = ""


_LISTED = (
    "CredentialId Transports UserHandle Username DisplayName Name PublicKey SignCount Aaguid "
    "UvInitialized BackupEligible BackupState AttestationFormat AttestationType CreatedAt "
    "LastUsedAt Roles Suspended AccountSuspended"
)
_ACCOUNT = "UserHandle Username DisplayName CreatedAt Roles Suspended Subject"
_NEWER_OF_ACCOUNT = "AwaitedSince ProviderGroups AssignedGroups"
_SESSION = (
    "UserHandle CredentialHash UserVerified SignedInAt UserAgent ExpiresAt IdleExpiresAt Current "
    "Rotations RotatedAt RefreshedBy Issue UsedIssue Binding"
)
_OF_CLIENTS = "Clients ClientGrant"
_STATEMENT = "Leaf Personal PersonalSalt Evidence EvidenceSalt"
READERS: Mapping[str, Reader] = {
    "account": Reader(
        "Accounts",
        "account",
        lambda tables: tables.accounts.find_account_at(LOCATOR),
        _ACCOUNT,
        _NEWER_OF_ACCOUNT,
    ),
    "account alone": Reader(
        "Accounts",
        "account",
        lambda tables: tables.accounts.find_account_row(HANDLE),
        _ACCOUNT,
        _NEWER_OF_ACCOUNT,
    ),
    "awaited account": Reader(
        "Accounts",
        "account",
        lambda tables: _awaited(tables).from_chance(before=NOW + DAY, limit=9),
        "",
        "AwaitedSince",
    ),
    "credential": Reader(
        "Accounts",
        "credential:",
        lambda tables: tables.accounts.find_credential(LOCATOR, RECORD.id),
        _LISTED,
        "CountedAt Oddities",
    ),
    "credentials": Reader(
        "Accounts",
        "credential:",
        lambda tables: tables.accounts.find_account_at(LOCATOR),
        _LISTED,
        "CountedAt Oddities",
    ),
    "descriptors": Reader(
        "Accounts",
        "credential:",
        lambda tables: tables.accounts.list_descriptors(LOCATOR),
        "CredentialId Transports",
    ),
    "links of an account": Reader(
        "Accounts",
        "link:",
        lambda tables: tables.accounts.find_account_at(LOCATOR),
        "Subject LinkedAt LinkedByKind LinkedBy",
    ),
    "access pass": Reader(
        "Accounts",
        "access-pass",
        lambda tables: tables.passes.find(LOCATOR),
        "PassId UserHandle Salt Digest CreatedAt StartsAt ExpiresAt OneTime",
        "UsedAt Registrations Registered",
    ),
    "session": Reader(
        "Accounts",
        "session:",
        lambda tables: tables.sessions.find(LOCATOR, SESSION.id),
        _SESSION,
        _OF_CLIENTS,
    ),
    "sessions": Reader(
        "Accounts",
        "session:",
        lambda tables: tables.sessions.of_account(HANDLE, now=NOW),
        _SESSION,
        _OF_CLIENTS,
    ),
    "stray sessions": Reader(
        "Accounts",
        "session:",
        lambda tables: tables.sessions.from_chance(_lowest, limit=9),
        _SESSION,
        _OF_CLIENTS,
    ),
    "consents": Reader(
        "Accounts",
        "~consent:",
        lambda tables: tables.consents.of_account(HANDLE),
        "UserHandle ConsentedClient Resources ConsentedAt",
    ),
    "link": Reader(
        "Links", "account", lambda tables: tables.links.find(LINK.subject), "UserHandle"
    ),
    "event of a change": Reader("Links", "~event:", _transact, "Leaf"),
    "owner of a credential": Reader(
        "CredentialIds",
        "owner",
        lambda tables: tables.ids.find(RECORD.id),
        "UserHandle Ceremony ReservedAt",
    ),
    "stray reservations": Reader(
        "CredentialIds",
        "owner",
        lambda tables: tables.ids.abandoned("", before=NOW + DAY, limit=9),
        "UserHandle ReservedAt",
    ),
    "counter": Reader(
        "RateLimits", "r", lambda tables: LimitStore(tables["RateLimits"]).count(WINDOW), "Count"
    ),
    "client": Reader(
        "Clients", "orders", lambda tables: tables.clients.find("orders"), "Document Logo Secrets"
    ),
    "group": Reader(
        "Groups", "dba", lambda tables: tables.groups.find("dba"), "Description CreatedAt Closed"
    ),
    "member of a group": Reader(
        "Groups", "members-", lambda tables: tables.members.find("dba", HANDLE), "UserHandle"
    ),
    "device": Reader(
        "AuditOutbox", "~device:", lambda tables: tables.devices.find(DEVICE), "Request", "Decision"
    ),
    "notice for a client": Reader(
        "Logouts",
        "",
        lambda tables: tables.notices.remove(NOTICE),
        "Client UserHandle SessionId NamedSession Use NotedAt DueAt Attempts",
    ),
    "notice for a webhook": Reader(
        "Approvals",
        "notice:",
        lambda tables: tables.approval_notices.remove(WEBHOOK_NOTICE),
        "Approval Change Profile Webhook NotedAt DueAt Attempts",
    ),
    "service key": Reader("Service", "1", lambda tables: tables.service_keys.find(), "Value"),
    "head": Reader(
        "AuditTree",
        "head",
        lambda tables: tables.log.head(),
        "Size Frontier Checkpoint SealedAt Tidy",
    ),
    "checkpoints": Reader(
        "AuditTree",
        "checkpoints",
        lambda tables: tables.log.checkpoints(first=0, limit=9),
        may_lack="Note",
    ),
    "roots": Reader("AuditTree", "roots-", lambda tables: tables.log.hashes(8, 0), "Hash"),
    "leaf hashes": Reader("AuditLog", "", lambda tables: tables.log.hashes(0, 0), "LeafHash"),
    "entry": Reader("AuditLog", "", lambda tables: tables.log.entry(0), _STATEMENT),
    "entry with its tag": Reader(
        "AuditLog", "", lambda tables: tables.log.tagged_entries(0, limit=9), _STATEMENT, "Tag"
    ),
    "cursor": Reader(
        "AuditTree",
        "cursors",
        lambda tables: tables.cursors.load("monitor"),
        "Next Failures Reason WaitUntil Shelved",
    ),
    "known state": Reader("AuditTree", "known", lambda tables: tables.states.find("x"), ""),
    "last use of a token": Reader(
        "AuditTree",
        "operators",
        lambda tables: tables.operator_uses.find("export"),
        "TokenVersion TokenMadeAt",
    ),
    "event ID": Reader("AuditTree", "ids-", _claim, ""),
    "tombstones": Reader(
        "AuditOutbox",
        "tombstones-",
        lambda tables: tables.outbox.tombstones.sweep(now=int(FAR.timestamp()), limit=9),
        may_lack="Places",
    ),
}


def _find(reader: Reader, tables: Tables) -> dict[str, object]:
    """Return the only row of that kind. Other rows of its table are removed, except those of an
    account, which belong together."""
    table = tables[reader.table]
    events = reader.row.startswith("~")
    (keys,) = (
        keys
        for keys in table.rows
        if any(key.startswith(reader.row) for key in keys) and keys[1].startswith("~") == events
    )
    if reader.table != "Accounts":
        table.rows = {keys: table.rows[keys]}
    return table.rows[keys]


@pytest.fixture
async def tables() -> Tables:
    tables = Tables()
    await tables.fill()
    return tables


OWN = {"State", "First", "Hash", "LeafHash"}
"""Their readers handle foreign values themselves."""
ERRORS = (RowUnreadable, LogInconsistent)
readers = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


async def _damaged(reader: Reader, change: Callable[[dict[str, object], str], object]) -> set[str]:
    """Return the columns whose change the reader refuses; other errors are raised."""
    refused = set[str]()
    whole = Tables()
    await whole.fill()
    for column in _find(reader, whole).keys() - {"PartitionKey", "RowKey"}:
        tables = Tables()
        await tables.fill()
        change(_find(reader, tables), column)
        try:
            await reader.read(tables)
        except ERRORS:
            refused.add(column)
    return refused


@readers
async def test_a_missing_column_is_one_clear_error(reader: Reader) -> None:
    assert await _damaged(reader, lambda row, column: row.pop(column)) == {*reader.needs.split()}


@readers
async def test_a_column_of_another_type_is_one_clear_error(reader: Reader) -> None:
    def put(row: dict[str, object], column: str) -> None:
        row[column] = 7 if isinstance(row[column], str | bytes) else "seven"

    reads = {*reader.needs.split(), *reader.may_lack.split()}
    assert await _damaged(reader, put) == reads


WRONG: Mapping[str, Mapping[str, object]] = {
    "account": {"UserHandle": bytes(31), "Roles": "Nobody.Knows", "AwaitedSince": "2031-05-17"},
    "credential": {"SignCount": True, "Suspended": 1, "CreatedAt": datetime(2031, 5, 17)},  # noqa: DTZ001
    "head": {"Size": "-1", "Tidy": "one", "Frontier": bytes(31)},
    "service key": {"Value": "0" * 32},
    "client": {"Document": "{}", "Logo": "https://evil.example", "Secrets": "{}"},
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_value_is_one_clear_error(name: str) -> None:
    for column, value in WRONG[name].items():
        tables = Tables()
        await tables.fill()
        _find(READERS[name], tables)[column] = value
        with pytest.raises(ERRORS):
            await READERS[name].read(tables)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("stray sessions", "RowKey"),
        ("stray reservations", "PartitionKey"),
        ("awaited account", "PartitionKey"),
    ],
)
async def test_a_foreign_key_is_one_clear_error(tables: Tables, name: str, key: str) -> None:
    _find(READERS[name], tables)[key] = "not base64url!"
    with pytest.raises(RowUnreadable):
        await READERS[name].read(tables)


async def test_a_foreign_row_in_the_outbox_is_not_authentic(tables: Tables) -> None:
    """It is not sealed: its tag is not ours."""
    outbox = tables["AuditOutbox"]
    (keys,) = (
        keys
        for keys in outbox.rows
        if not any(key[0] == "~" or key.startswith(MARKS) for key in keys)
    )
    outbox.rows = {keys: outbox.rows[keys]}
    (whole,) = await tables.outbox.read(limit=1)
    assert whole.is_authentic([KEY])
    before = dict(outbox.rows[keys])
    for column in before.keys() - {"PartitionKey", "RowKey"}:
        for damage in ({}, {column: 7}):
            without = {name: value for name, value in before.items() if name != column}
            outbox.rows[keys] = without | damage
            (pending,) = await tables.outbox.read(limit=1)
            assert not pending.is_authentic([KEY])


async def test_an_unreadable_row_is_logged_with_table_and_column_only(
    tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    row = _find(READERS["account"], tables)
    row["Username"] = 4711
    with caplog.at_level(logging.ERROR), pytest.raises(RowUnreadable) as refused:
        await tables.accounts.find_account(HANDLE)
    line = "a row of Accounts cannot be read: Username is not what it should be"
    assert [record.getMessage() for record in caplog.records] == [line]
    assert refused.value.args[0] == "Accounts: Username is not what it should be"


async def test_each_column_has_a_known_type(tables: Tables) -> None:
    assert tables.names() - COLUMNS.keys() == OWN


def test_every_reader_is_tested() -> None:
    """Each column is read by one of these, except the stored evidence."""
    read = {
        column
        for reader in READERS.values()
        for column in f"{reader.needs} {reader.may_lack}".split()
    }
    never = {"AttestationObject", "AttestationClientDataJson", "PartitionKey", "RowKey"}
    searched = {"At", "Kind", "Outcome", "Actor", "Target"}
    assert COLUMNS.keys() - read == never | searched


@pytest.mark.parametrize("column", ["Size", "Next", "Use"])
def test_a_number_that_python_refuses_to_read_is_not_valid(column: str) -> None:
    assert COLUMNS[column](str(2**64 - 1))
    assert not COLUMNS[column]("9" * 5_000)
