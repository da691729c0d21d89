"""Profiles as JSON. The published schema and the reader agree, as another validator shows."""

from datetime import time, timedelta

import pytest
from _pytest.mark import ParameterSet
from jsonschema import Draft202012Validator

from shared.access.profiles.documents import read_profile, state_of, write_profile
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import BackupRestore, EntraAccess, Kind, TimeWindow
from shared.access.profiles.published_schema import published_schema
from shared.accounts.roles import Role
from shared.json_shape import parse_object
from tests.access.profiles.documents import (
    CLIENT_ID,
    GROUP,
    IDENTITY,
    Json,
    certificate,
    custom,
    oauth,
    profile,
    restore,
    sql,
    web,
    window,
)

SCHEMA = parse_object(published_schema())
VALIDATOR = Draft202012Validator(SCHEMA)
LONG = "a" * 64

GOOD: dict[str, Json] = {
    "least": sql(),
    "longest name": sql(name="a" * 63),
    "nobody may": sql(who={}),
    "all demands": sql(demands={
        "gestureAgeSeconds": 300, "boundGesture": True, "userVerification": True,
        "deviceBound": True, "attested": True, "models": [CLIENT_ID.upper()]}),
    "approvers": sql(approvers={"number": 5, "groups": ["a:b"]}),
    "no approvers": sql(approvers={"number": 0}),
    "window": sql(windows=[window(), window(timeZone="UTC", to="00:00")]),
    "per person": sql(parameters=IDENTITY | {"perPerson": True, "agent": CLIENT_ID}),
    "entra": sql(kind="entra-token", parameters=IDENTITY | {"scope": "api://x/.default"}),
    "restore": restore(items=["VM;iaasvmcontainerv2;apps;web-1"], targets=[GROUP], resourceGuard=[
        f"{GROUP}/providers/Microsoft.DataProtection/resourceGuards/g/restoreRequests/default"]),
    "certificate": certificate(),
    "certificate by group": certificate(port=5433, role={
        "byGroup": [{"group": "dba", "role": "admin"}, {"group": "a:b", "role": "x"}]}),
    "certificate by username": certificate(host="::1", role={"template": "u_{username}"}),
    "oauth": oauth(),
    "oauth at a port": oauth(port=5433, resource="urn:db", scope="https://x/.default"),
    "oauth for clients": oauth() | {"who": {"groups": ["a"], "clients": ["psql"]}},
    "oauth with demands": oauth() | {"demands": {"deviceBound": True, "gestureAgeSeconds": 60}},
    "custom": custom(),
    "web": web(),
    "web, all members": web(
        host="localhost:8080", pathPrefix="/ä b/100%/", methods=["GET", "POST"], preflights=True),
    "web, most methods": web(methods=["GET", *("A" * n for n in range(1, 20))]),
    "webhook": sql(webhooks=["https://hooks.example/touchstone"]),
    "whole numbers": sql(lifetimeSeconds=60.0),
}  # fmt: skip
REFUSED_BY_SCHEMA: dict[str, tuple[str, Json]] = {
    "no name": ("name", {"name": None}),
    "name with a colon": ("name", {"name": "a:b"}),
    "name with a capital letter": ("name", {"name": "Orders"}),
    "name with a line's end": ("name", {"name": "orders\n\n"}),
    "long name": ("name", {"name": LONG}),
    "name with another digit": ("name", {"name": "orders\u0661"}),
    "no title": ("title", {"title": ""}),
    "unknown kind": ("kind", {"kind": "azure"}),
    "unknown member": ("owner", {"owner": "me"}),
    "parameter of another kind": ("parameters.vault", {"parameters": IDENTITY | {"vault": "v"}}),
    "no tenant": ("parameters.tenant", {"parameters": {"clientId": CLIENT_ID}}),
    "tenant by its name": ("parameters.tenant", {"parameters": IDENTITY | {"tenant": "contoso"}}),
    "fixed scope": ("parameters.scope", {"parameters": IDENTITY | {"scope": "api://x/.default"}}),
    "text for a list": ("who.groups", {"who": {"groups": "dba"}}),
    "unknown role": ("who.roles[0]", {"who": {"roles": ["Admin"]}}),
    "too many approvers": ("approvers.number", {"approvers": {"number": 6, "groups": ["a"]}}),
    "approvers who are nobody": ("approvers", {"approvers": {"number": 1}}),
    "approvers, an empty list": ("approvers", {"approvers": {"number": 1, "groups": []}}),
    "no time at all": ("windows[0].from", {"windows": [window(**{"from": "24:00"})]}),
    "no days": ("windows[0].days", {"windows": [window(days=[])]}),
    "zone as a path": ("windows[0].timeZone", {"windows": [window(timeZone="../etc/passwd")]}),
    "the machine's zone": ("windows[0].timeZone", {"windows": [window(timeZone="localtime")]}),
    "long life": ("lifetimeSeconds", {"lifetimeSeconds": 901}),
    "true for a number": ("lifetimeSeconds", {"lifetimeSeconds": True}),
    "text for a flag": ("reasonRequired", {"reasonRequired": "yes"}),
    "vault of another kind": ("parameters.vault", restore(vault=GROUP)),
    "vault with a dot segment": ("parameters.vault", restore(vault=f"{GROUP}/../x")),
    "vault of the other service": (
        "parameters.vault",
        restore(vault=f"{GROUP}/providers/Microsoft.DataProtection/backupVaults/b"),
    ),
    "no recovery type": ("parameters.recoveryTypes", restore(recoveryTypes=[])),
    "restore for a person": ("parameters.perPerson", restore(perPerson=True)),
    "no role": ("parameters.role", certificate(role={})),
    "two kinds of roles": (
        "parameters.role", certificate(role={"fixed": "a", "template": "u_{username}"})),
    "role as a text": ("parameters.role", certificate(role="app_ro")),
    "role of no group": ("parameters.role.byGroup", certificate(role={"byGroup": []})),
    "empty role": ("parameters.role.fixed", certificate(role={"fixed": ""})),
    "long role": ("parameters.role.fixed", certificate(role={"fixed": LONG})),
    "template without a prefix": (
        "parameters.role.template", certificate(role={"template": "{username}"})),
    "template with text behind": (
        "parameters.role.template", certificate(role={"template": "u_{username}_x"})),
    "template without a name": ("parameters.role.template", certificate(role={"template": "u_"})),
    "template with two names": (
        "parameters.role.template", certificate(role={"template": "{username}{username}"})),
    "port of nothing": ("parameters.port", certificate(port=0)),
    "folder of a socket": ("parameters.host", certificate(host="/var/run/postgresql")),
    "two hosts": ("parameters.host", certificate(host="a.example,b.example")),
    "no audience": ("parameters.resource", oauth(resource=None)),
    "audience that is no URI": ("parameters.resource", oauth(resource="orders")),
    "audience with a fragment": ("parameters.resource", oauth(resource="https://db/#x")),
    "audience with a line's end": ("parameters.resource", oauth(resource="https://db\n\n")),
    "two scopes": ("parameters.scope", oauth(scope="db:a db:b")),
    "empty scope": ("parameters.scope", oauth(scope="")),
    "scope that ends a string": ("parameters.scope", oauth(scope='a"b')),
    "scope of a certificate": ("parameters.scope", certificate(scope="db:orders")),
    "words without English": ("parameters.template.en", custom(template={"de": "x"})),
    "no host": ("parameters.host", sql(kind="web", parameters={})),
    "host as an address": ("parameters.host", web(host="https://wiki.example.com")),
    "host with a capital letter": ("parameters.host", web(host="Wiki.example.com")),
    "host with a dot at its end": ("parameters.host", web(host="wiki.example.com.")),
    "prefix without a slash": ("parameters.pathPrefix", web(pathPrefix="admin")),
    "method in lower case": ("parameters.methods[0]", web(methods=["get"])),
    "schema of a list": (
        "parameters.schema.type", custom(schema={"type": "array", "properties": {}})),
}  # fmt: skip
REFUSED_AFTER_SCHEMA: dict[str, tuple[str, Json]] = {
    "title that reads otherwise": ("title", {"title": "a\u202eb"}),
    "title with a space before": ("title", {"title": " a"}),
    "no username": ("who.users[1]", {"who": {"users": ["alice", "a b"]}}),
    "approver is no username": ("approvers.users[0]", {
        "approvers": {"number": 1, "users": ["a b"]}}),
    "group with a control character": ("who.groups[0]", {"who": {"groups": ["a\u0007"]}}),
    "no such zone": ("windows[1].timeZone", {"windows": [window(), window(timeZone="Mars/Base")]}),
    "a folder of zones": ("windows[0].timeZone", {"windows": [window(timeZone="America/Indiana")]}),
    "webhook of this machine": ("webhooks[0]", {"webhooks": ["https://localhost/x"]}),
    "webhook of an address": ("webhooks[0]", {"webhooks": ["https://169.254.169.254/x"]}),
    "scope of assertions": ("parameters.scope", sql(
        kind="entra-token",
        parameters=IDENTITY | {"scope": "api://AzureADTokenExchange/.default"})),
    "items that read otherwise": ("parameters.items[0]", restore(items=["a\u202eb"])),
    "item that is no machine": ("parameters.items[0]", restore(items=["SQLDataBase;mssql;a"])),
    "guard request with dots": ("parameters.resourceGuard[0]", restore(resourceGuard=[
        f"{GROUP}/providers/Microsoft.DataProtection/resourceGuards/../x/default"])),
    "host without a name": ("parameters.host", web(host="a..b")),
    "host by its number": ("parameters.host", web(host="127.0.0.1")),
    "host with the usual port": ("parameters.host", web(host="wiki.example.com:443")),
    "host with too large a port": ("parameters.host", web(host="wiki.example.com:65536")),
    "prefix with dots": ("parameters.pathPrefix", web(pathPrefix="/a/../b")),
    "prefix with an empty segment": ("parameters.pathPrefix", web(pathPrefix="/a//")),
    "prefix with a query": ("parameters.pathPrefix", web(pathPrefix="/a?b")),
    "prefix that is encoded": ("parameters.pathPrefix", web(pathPrefix="/%61")),
    "prefix that is ours": ("parameters.pathPrefix", web(pathPrefix="/.Touchstone/start")),
    "approvers of a page": (
        "approvers", web() | {"approvers": {"number": 1, "groups": ["a"]}}),
    "reason for a page": ("reasonRequired", web() | {"reasonRequired": True}),
    "gesture for a page": ("demands.boundGesture", web() | {"demands": {"boundGesture": True}}),
    "client of a page": ("who.clients", web() | {"who": {"groups": ["a"], "clients": ["x"]}}),
    "scope of OpenID Connect": ("parameters.scope", oauth(scope="openid")),
    "scope of refresh tokens": ("parameters.scope", oauth(scope="offline_access")),
    "scope of the account": ("parameters.scope", oauth(scope="account")),
    "scope of access": ("parameters.scope", oauth(scope="access")),
    "approvers of a connection": (
        "approvers", oauth() | {"approvers": {"number": 1, "groups": ["a"]}}),
    "reason for a connection": ("reasonRequired", oauth() | {"reasonRequired": True}),
    "gesture for a connection": (
        "demands.boundGesture", oauth() | {"demands": {"boundGesture": True}}),
    "token for PostgreSQL's own role": (
        "parameters.role.fixed", oauth(role={"fixed": "pg_monitor"})),
    "role with a NUL": ("parameters.role.fixed", certificate(role={"fixed": "app\0ro"})),
    "role with a line's end": ("parameters.role.fixed", certificate(role={"fixed": "app_ro\n"})),
    "role with a space behind": ("parameters.role.fixed", certificate(role={"fixed": "app_ro "})),
    "role of too many bytes": ("parameters.role.fixed", certificate(role={"fixed": "ä" * 32})),
    "role of PostgreSQL's own": (
        "parameters.role.fixed", certificate(role={"fixed": "pg_monitor"})),
    "role of PostgreSQL's own by group": ("parameters.role.byGroup[0].role", certificate(
        role={"byGroup": [{"group": "dba", "role": "pg_read_all_data"}]})),
    "template of PostgreSQL's own": (
        "parameters.role.template", certificate(role={"template": "pg_{username}"})),
    "group that reads otherwise": ("parameters.role.byGroup[0].group", certificate(
        role={"byGroup": [{"group": "a\u202eb", "role": "x"}]})),
    "database that is a whole connection": (
        "parameters.database", certificate(database="host=evil.example")),
    "database that is an address": (
        "parameters.database", certificate(database="postgresql://evil.example/x")),
    "database with a NUL": ("parameters.database", certificate(database="a\0b")),
    "database of too many bytes": ("parameters.database", certificate(database="ä" * 32)),
    "too long as a whole": ("parameters", {
        "who": {"groups": [f"{n:03}" + "a" * 320 for n in range(100)]}}),
}  # fmt: skip


def bad(table: dict[str, tuple[str, Json]]) -> list[ParameterSet]:
    return [pytest.param(path, sql() | change, id=name) for name, (path, change) in table.items()]


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_what_the_schema_accepts_is_read_and_written_again(document: Json) -> None:
    assert VALIDATOR.is_valid(document)
    read = read_profile(document)
    written = write_profile(read)
    assert VALIDATOR.is_valid(written)
    assert read_profile(written) == read
    assert state_of(read_profile(written)) == state_of(read)


@pytest.mark.parametrize(("path", "document"), bad(REFUSED_BY_SCHEMA))
def test_what_the_schema_refuses_is_refused_by_its_path(path: str, document: Json) -> None:
    given = {name: member for name, member in document.items() if member is not None}
    assert not VALIDATOR.is_valid(given)
    with pytest.raises(ValueFault) as refused:
        read_profile(document)
    assert refused.value.path == path


@pytest.mark.parametrize(("path", "document"), bad(REFUSED_AFTER_SCHEMA))
def test_what_the_schema_cannot_say_is_refused_by_its_path(path: str, document: Json) -> None:
    assert VALIDATOR.is_valid(document)
    with pytest.raises(ValueFault) as refused:
        read_profile(document)
    assert refused.value.path == path


def test_a_fault_repeats_no_value() -> None:
    for member in ({"name": "S3CRET"}, {"lifetimeSeconds": 98765}, {"kind": "S3CRET"}):
        with pytest.raises(ValueFault) as refused:
            read_profile(sql(**member))
        assert "S3CRET" not in str(refused.value)
        assert "98765" not in str(refused.value)


def test_the_schema_has_the_roles_and_kinds_of_the_service() -> None:
    assert set(SCHEMA["$defs"]["roles"]["items"]["enum"]) == set(Role)
    assert set(SCHEMA["properties"]["kind"]["enum"]) == set(Kind)
    assert SCHEMA["properties"].keys() >= write_profile(profile(description="x")).keys()


def test_null_counts_as_absent_except_in_a_schema_of_an_action() -> None:
    nothing = sql(demands={"models": None}, description=None, windows=None)
    assert read_profile(nothing) == profile()
    schema = {"type": "object", "properties": {"a": {"const": None}}}
    read = read_profile(custom(schema=schema, template={"en": "x"}))
    assert write_profile(read)["parameters"]["schema"] == schema


def test_values_are_put_into_one_spelling() -> None:
    read = profile(
        parameters={"tenant": CLIENT_ID.upper(), "clientId": CLIENT_ID.upper()},
        who={"users": ["ALICE", "alice"]},
        demands={"models": [CLIENT_ID.upper()], "gestureAgeSeconds": 30.0},
        windows=[window(days=["fri", "mon"], **{"from": "22:00"}, to="06:00")],
    )
    assert isinstance(read.parameters, EntraAccess)
    assert read.parameters.identity.client_id == CLIENT_ID
    assert read.parameters.scope == "https://database.windows.net/.default"
    assert read.who.users == {"alice"}
    assert read.demands.models == {CLIENT_ID}
    assert read.demands.gesture_age == timedelta(seconds=30)
    days = frozenset({0, 4})
    zone = "Europe/Berlin"
    assert read.windows == (TimeWindow(days=days, begins=time(22), ends=time(6), time_zone=zone),)


def test_any_change_gives_another_state() -> None:
    changes: list[Json] = [
        {"title": "B"},
        {"who": {}},
        {"reasonRequired": True},
        {"lifetimeSeconds": 60},
    ]
    states = {state_of(profile(**change)) for change in [{}, *changes]}
    assert len(states) == len(changes) + 1
    assert state_of(profile(who={"groups": ["a", "b"]})) == state_of(
        profile(who={"groups": ["b", "a"]})
    )


@pytest.mark.parametrize(
    ("document", "needed"),
    [
        (sql(), False),
        (sql(approvers={"number": 1, "groups": ["a"]}), True),
        (sql(demands={"boundGesture": True}), True),
        (sql(reasonRequired=True), True),
        (restore(), True),
        (custom(), True),
    ],
)
def test_an_approval_is_needed(document: Json, needed: bool) -> None:
    assert read_profile(document).needs_approval is needed


def test_a_restore_has_its_vault() -> None:
    read = read_profile(restore()).parameters
    assert isinstance(read, BackupRestore)
    assert not read.identity.per_person


def test_a_document_that_is_nested_without_end_is_refused() -> None:
    deep: Json = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(ValueFault, match="nested too deeply"):
        read_profile(sql(who=deep))


@pytest.mark.parametrize("title", ["\ud800", {"\ud800": 1}], ids=["value", "name"])
def test_a_lone_surrogate_is_refused(title: object) -> None:
    """JSON can write one, and the library for schemas raises an error of its own for it."""
    with pytest.raises(ValueFault):
        read_profile(sql(title=title))
