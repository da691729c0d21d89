"""The ASIM parser gives what the service itself would write to Sentinel's table, and filters it."""

from datetime import timedelta

import pytest

from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim import asim_record
from shared.audit.schemas.asim_mapping import Stream
from tests.infra.kql.arrivals import NOON, arrive
from tests.infra.kql.texts import call
from tests.infra.kql.workspace import Row, Workspace

EVENING = NOON + timedelta(hours=6)
PARSER = "vimAuthenticationTouchstone"
TIMES = ("TimeGenerated", "EventStartTime", "EventEndTime")
PACKED = "AdditionalFields"
ALL = 42
"""Sign-ins, passes, codes, refreshes and ends of sessions in the day."""


def number_of(row: Row) -> int:
    number: int = row[PACKED]["LogIndex"]
    return number


def ask(workspace: Workspace, **filters: str) -> list[Row]:
    return workspace.ask(call(PARSER, **filters), EVENING)


def test_a_row_is_what_the_service_would_write(
    workspace: Workspace, day_log: list[LogEntry], day: list[Row]
) -> None:
    arrive(workspace, day)
    found = {number_of(row): row for row in ask(workspace)}
    records = [record for entry in day_log if (record := asim_record(entry))]
    written = [each.columns for each in records if each.stream is Stream.AUTHENTICATION]
    assert len(found) == len(written) == ALL
    for expected in written:
        row = found[number_of(expected)]
        assert {row[name] for name in TIMES} == {row["TimeGenerated"]}
        sent = {name: value for name, value in expected.items() if name not in (*TIMES, PACKED)}
        assert {name: row[name] for name in sent} == sent
        assert expected[PACKED].items() <= row[PACKED].items()


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"disabled": "true"}, 0),
        ({"eventtype_in": 'dynamic(["logoff"])'}, 3),
        ({"eventresult": '"failure"'}, 21),
        ({"eventresultdetails_in": 'dynamic(["incorrect key"])'}, 14),
        ({"username_has_any": 'dynamic(["carol", "nobody"])'}, 1),
        ({"targetappname_has_any": 'dynamic(["other.example"])'}, 0),
        ({"srcipaddr_has_any_prefix": 'dynamic(["203.0.113.", "10."])'}, 4),
        ({"srcipaddr_has_any_prefix": 'dynamic(["203.0.11"])'}, 0),
        ({"srchostname_has_any": 'dynamic(["host"])'}, 0),
        ({"starttime": "datetime(2031-05-17 13:40)"}, 25),
        ({"endtime": "datetime(2031-05-17 12:01)"}, 1),
    ],
)
def test_a_filter_selects_events(
    workspace: Workspace, day: list[Row], filters: dict[str, str], number: int
) -> None:
    arrive(workspace, day)
    assert len(ask(workspace, **filters)) == number


def test_the_parser_without_filters_gives_the_same_rows(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day)
    plain = workspace.ask(call("ASimAuthenticationTouchstone"), EVENING)
    assert sorted(plain, key=number_of) == sorted(ask(workspace), key=number_of)
    assert workspace.ask(call("ASimAuthenticationTouchstone", disabled="true"), EVENING) == []
