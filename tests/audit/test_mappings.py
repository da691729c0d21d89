"""Every kind of event fits each schema, with each outcome, and with or without optional members."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from shared.audit.event import Event, Kind, Outcome
from shared.audit.schemas.asim import asim_record
from shared.audit.schemas.asim_mapping import MAPPING as ASIM_MAPPING
from shared.audit.schemas.asim_results import result_details
from shared.audit.schemas.ocsf import MAPPING as OCSF_MAPPING
from shared.audit.schemas.ocsf import ocsf_event
from shared.audit.schemas.touchstone_row import COLUMNS, touchstone_row
from shared.errors import Reason
from tests.audit import asim_schema as asim
from tests.audit import asim_tables
from tests.audit.events import ADMINISTRATOR, SECRET, bare_event, entry, event

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "datetime": str,
    "long": int,
    "boolean": bool,
    "dynamic": dict,
}
BEGUN = {Kind.REGISTRATION_BEGUN, Kind.AUTHENTICATION_BEGUN}


class OcsfClass(NamedTuple):
    """A class as https://schema.ocsf.io/1.5.0 defines it."""

    required: set[str]
    activities: set[int]


OCSF_CLASSES = {
    3001: OcsfClass({"user"}, {*range(12), 99}),
    3002: OcsfClass({"user", "service"}, {*range(7), 99}),
    3004: OcsfClass({"entity"}, {*range(5), 99}),
}
every_kind = pytest.mark.parametrize("kind", Kind)
every_outcome = pytest.mark.parametrize("outcome", Outcome)
full_and_bare = pytest.mark.parametrize("make", [event, bare_event])

type Make = Callable[[Kind], Event]


def ended(made: Event, outcome: Outcome) -> dict[str, Any]:
    members = {name: getattr(made, name) for name in Event.__slots__}
    reason = "not_permitted" if outcome is Outcome.FAILURE else None
    return members | {"outcome": outcome, "reason": reason}


def test_every_kind_has_a_mapping() -> None:
    assert ASIM_MAPPING.keys() == OCSF_MAPPING.keys() == set(Kind)
    assert {kind for kind, mapped in ASIM_MAPPING.items() if mapped is None} == BEGUN


@every_kind
@every_outcome
@full_and_bare
def test_our_rows_have_only_our_columns(kind: Kind, outcome: Outcome, make: Make) -> None:
    row = touchstone_row(entry(Event(**ended(make(kind), outcome)), 17))
    assert row.keys() <= COLUMNS.keys()
    for name, value in row.items():
        assert isinstance(value, TYPES[COLUMNS[name]]), name
        assert isinstance(value, bool) is (COLUMNS[name] == "boolean")
    assert (row["EventKind"], row["EventOutcome"], row["LogIndex"]) == (kind, outcome, 17)


@pytest.mark.parametrize(("facts", "severity"), [({}, "High"), ({"synced": True}, "Low")])
def test_separate_counts_of_a_synced_passkey_have_low_severity(
    facts: dict[str, Any], severity: str
) -> None:
    made = replace(event(Kind.SIGN_COUNT_REGRESSION), facts=facts)
    mapped = asim_record(entry(made))
    assert mapped
    assert mapped.columns["EventSeverity"] == severity


def test_a_full_row_has_every_column() -> None:
    row = touchstone_row(entry(event(reason="because", actor=replace(ADMINISTRATOR, name="b"))))
    assert row.keys() == COLUMNS.keys()
    # Azure replaces the second one if the row arrives days later.
    assert row["HappenedAt"] == row["TimeGenerated"] == "2031-05-17T12:00:00.123456Z"
    assert row["Aaguid"] == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert row["ActorId"] == "https://idp.example backend"
    assert row["TargetName"] == "alice@example.com"


@every_kind
@every_outcome
@full_and_bare
def test_asim_rows_fit_the_schema(kind: Kind, outcome: Outcome, make: Make) -> None:
    record = asim_record(entry(Event(**ended(make(kind), outcome))))
    if kind in BEGUN:
        assert record is None
        return
    assert record is not None
    columns, schema = record.columns, record.stream.value
    table = asim_tables.TABLES[record.stream]
    assert columns.keys() <= table
    assert asim.MANDATORY[schema] - asim.BY_THE_PARSER <= columns.keys()
    assert columns.get("EventSchema") == (schema if "EventSchema" in table else None)
    assert columns["EventSchemaVersion"] == asim.VERSIONS[schema]
    assert columns["EventType"] in asim.EVENT_TYPES[schema]
    assert columns["EventResult"] in asim.RESULTS
    assert columns["EventSeverity"] in asim.SEVERITIES
    assert columns["EventCount"] == 1
    if "EventResultDetails" in columns:
        assert columns["EventResultDetails"] in asim.RESULT_DETAILS[schema]
    for name in asim.TYPED:
        assert (name in columns) is (f"{name}Type" in columns), name
    for who in ("Actor", "Target"):
        assert columns.get(f"{who}UserType", "Other") in asim.USER_TYPES
        assert columns.get(f"{who}UsernameType", "Simple") in asim.USERNAME_TYPES
    assert columns.get("LogonMethod", "Passwordless") in asim.LOGON_METHODS
    assert columns.get("ObjectType", "Other") in asim.OBJECT_TYPES


def test_a_refused_sign_in_keeps_our_reason() -> None:
    refused = event(outcome=Outcome.FAILURE, reason="signature_invalid")
    record = asim_record(entry(refused))
    assert record is not None
    assert record.columns["EventResult"] == "Failure"
    assert record.columns["EventResultDetails"] == "Incorrect key"
    assert record.columns["EventOriginalResultDetails"] == "signature_invalid"


def test_a_redeemed_pass_is_not_a_passwordless_sign_in() -> None:
    redeemed = entry(event(Kind.PASS_REDEEMED))
    record = asim_record(redeemed)
    assert record is not None
    assert (record.columns["LogonMethod"], record.columns["LogonProtocol"]) == (
        "Other",
        "Access pass",
    )
    assert ocsf_event(redeemed)["auth_protocol"] == "Access pass"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_a_sign_in_has_an_asim_result(reason: Reason) -> None:
    details = result_details("Authentication", reason.value)
    assert details in asim.RESULT_DETAILS["Authentication"]
    registering = {
        *(Reason.ATTESTATION_OBJECT_MALFORMED, Reason.ATTESTED_CREDENTIAL_MISSING),
        *(Reason.CREDENTIAL_ID_LENGTH, Reason.CREDENTIAL_ID_MISMATCH),
        *(Reason.ALGORITHM_NOT_OFFERED, Reason.PUBLIC_KEY_UNUSABLE),
        *(Reason.ATTESTATION_FORMAT_UNKNOWN, Reason.ATTESTATION_INVALID),
        *(Reason.CLIENT_DATA_MALFORMED, Reason.AUTHENTICATOR_DATA_MALFORMED),
    }
    assert (details == "Other") is (reason in registering)


@every_kind
@every_outcome
@full_and_bare
def test_ocsf_events_fit_the_schema(kind: Kind, outcome: Outcome, make: Make) -> None:
    made = ocsf_event(entry(Event(**ended(make(kind), outcome))))
    assert made["type_uid"] == made["class_uid"] * 100 + made["activity_id"]
    assert {"category_uid", "class_uid", "severity_id", "time", "metadata"} <= made.keys()
    assert made["metadata"].keys() >= {"version", "product"}
    schema = OCSF_CLASSES[made["class_uid"]]
    assert schema.required <= made.keys()
    assert made["activity_id"] in schema.activities
    assert made["status_id"] == {"success": 1, "failure": 2, "attempted": 0}[outcome]
    assert made["time"] == 1936785600123


@every_kind
def test_rows_have_no_evidence(kind: Kind) -> None:
    made = entry(event(kind))
    record = asim_record(made)
    rows = [touchstone_row(made), record.columns if record else {}, ocsf_event(made)]
    text = json.dumps(rows)
    assert "signature" not in text
    assert SECRET.decode() not in text


def test_rows_have_no_erased_person() -> None:
    made = entry(event(Kind.ACCOUNT_READ))
    forgotten = type(made)(index=0, statement=made.statement.without_person())
    record = asim_record(forgotten)
    assert record is not None
    assert "alice" not in json.dumps([touchstone_row(forgotten), record.columns])
    assert record.columns["ActorUsername"] == "https://idp.example backend"
