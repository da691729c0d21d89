"""The ASIM parser over our own table says what the service writes to the native one."""

from dataclasses import replace
from typing import Any

import pytest

from shared.audit.event import ActorType, Kind, Outcome
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim import PRODUCT, asim_record, logon_of
from shared.audit.schemas.asim_mapping import MAPPING, Stream
from shared.audit.schemas.asim_results import LOGON_DETAILS, RESULTS, result_details
from shared.errors import Reason
from tests.audit.events import ALICE, event
from tests.audit.events import entry as make_entry
from tests.infra.kusto_check import check, function_queries, literal

FILTERING, PLAIN = "vimAuthenticationTouchstone.kql", "ASimAuthenticationTouchstone.kql"
TEXT = function_queries()[FILTERING]
# Names for what the columns hold already, which only a query can give.
ALIASES = {"User", "Src", "IpAddr", "LogonTarget", "Dst", "Application"}
# Mandatory fields that Sentinel's own tables lack, and the name of the table, which Azure adds.
NOT_WRITTEN = {"EventUid", "Dvc", "EventSchema", "Type"}


def entry(standing: ActorType = ActorType.USER) -> LogEntry:
    """A refused sign-in of which everything is known."""
    someone = replace(ALICE, standing=standing)
    refused = event(
        outcome=Outcome.FAILURE,
        reason=Reason.SIGNATURE_INVALID.value,
        actor=someone,
        target=someone,
    )
    return make_entry(refused)


def written(standing: ActorType = ActorType.USER) -> dict[str, Any]:
    record = asim_record(entry(standing))
    assert record is not None
    return record.columns


def test_both_parsers_have_the_columns_that_the_service_writes() -> None:
    checked = check({name: function_queries()[name] for name in (FILTERING, PLAIN)})
    assert checked[FILTERING].columns.keys() == written().keys() | ALIASES | NOT_WRITTEN
    assert checked[PLAIN].columns == checked[FILTERING].columns


def test_the_parser_has_the_additional_fields_that_the_service_writes() -> None:
    _, packed = TEXT.split("bag_pack(")
    names = [line.split('"')[1] for line in packed.split(")")[0].split("\n") if '"' in line]
    assert names == list(written()["AdditionalFields"])


@pytest.mark.parametrize(
    "name",
    [
        *("EventVendor", "EventProduct", "EventSchemaVersion", "DvcHostname"),
        "TargetAppType",
    ],
)
def test_constants_are_what_the_service_writes(name: str) -> None:
    assert f'{name} = "{written()[name]}",' in TEXT


def test_mandatory_fields_that_the_native_table_lacks_are_given() -> None:
    """As Microsoft's parser of that table gives them, with our own ID of the event."""
    assert not NOT_WRITTEN & written().keys()
    fields = {"Type": "Touchstone_CL", "EventSchema": Stream.AUTHENTICATION, "Dvc": PRODUCT}
    assert [name for name, value in fields.items() if f'    {name} = "{value}",' not in TEXT] == []
    assert "    EventOriginalUid = EventUid,\n" in TEXT


@pytest.mark.parametrize(("place", "name"), [(0, "LogonMethod"), (1, "LogonProtocol")])
def test_passes_and_passkeys_are_distinguished_as_in_the_service(place: int, name: str) -> None:
    by_pass, by_key = (logon_of(kind)[place] for kind in (Kind.PASS_REDEEMED, Kind.AUTHENTICATION))
    assert f'{name} = iff(EventKind == "{Kind.PASS_REDEEMED}", "{by_pass}", "{by_key}"),' in TEXT


def test_kinds_are_of_the_event_types_that_the_service_writes() -> None:
    assert literal(TEXT, "Types") == {
        kind.value: mapped.event_type
        for kind, mapped in MAPPING.items()
        if mapped and mapped.stream is Stream.AUTHENTICATION
    }


def test_outcomes_are_the_results_that_the_service_writes() -> None:
    assert literal(TEXT, "Results") == RESULTS


def test_reasons_are_the_details_that_the_service_writes() -> None:
    details = literal(TEXT, "Details")
    for reason in {*details, *LOGON_DETAILS, *Reason, "not_in_either"}:
        assert details.get(reason, "Other") == result_details(Stream.AUTHENTICATION, reason), reason


@pytest.mark.parametrize("standing", ActorType)
def test_user_types_are_those_that_the_service_writes(standing: ActorType) -> None:
    assert literal(TEXT, "UserTypes")[standing] == written(standing)["ActorUserType"]
