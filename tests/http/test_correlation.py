"""The IDs that a request's log lines share with its audit events."""

import logging
from collections.abc import Iterator

import pytest

from shared.audit.event import Source
from shared.http.correlation import correlate_logs, read_trace_id
from shared.recording.request_source import serving

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


@pytest.fixture
def _correlated() -> Iterator[None]:
    make_record = logging.getLogRecordFactory()
    correlate_logs()
    yield
    logging.setLogRecordFactory(make_record)


def logged(log: pytest.LogCaptureFixture, *, by: str) -> dict[str, object]:
    """The members of a log line in addition to its text."""
    logging.getLogger(by).warning("a line", extra={"more": 1})
    carried = vars(log.records[-1])
    return {
        name: carried[name] for name in ("invocation_id", "trace_id", "more") if name in carried
    }


@pytest.mark.usefixtures("_correlated")
def test_a_log_line_has_the_ids_of_its_request(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Source(invocation="i", trace=TRACE)):
        ids = {"invocation_id": "i", "trace_id": TRACE, "more": 1}
        assert logged(caplog, by="touchstone.http") == ids
    assert logged(caplog, by="touchstone.http") == {"more": 1}


@pytest.mark.usefixtures("_correlated")
def test_a_log_line_has_no_unknown_id(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Source(invocation="i", address="192.0.2.7", user_agent="agent")):
        assert logged(caplog, by="touchstone.http") == {"invocation_id": "i", "more": 1}


@pytest.mark.usefixtures("_correlated")
def test_log_lines_of_other_libraries_are_not_changed(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Source(invocation="i", trace=TRACE)):
        assert logged(caplog, by="azure.core") == {"more": 1}
        assert logged(caplog, by="touchstones") == {"more": 1}


@pytest.mark.parametrize(
    "traceparent",
    [
        TRACEPARENT,
        f"00-{TRACE}-{PARENT}-ff",
        f"01-{TRACE}-{PARENT}-00",
        f"fe-{TRACE}-{PARENT}-00-more",
    ],
)
def test_a_trace_id_is_read(traceparent: str) -> None:
    assert read_trace_id(traceparent) == TRACE


@pytest.mark.parametrize(
    "traceparent",
    [
        *(None, "", TRACE, f" {TRACEPARENT}", f"{TRACEPARENT}\n", TRACEPARENT.upper()),
        *(f"{TRACEPARENT}-", f"{TRACEPARENT}-more", f"{TRACEPARENT}0", f"{TRACEPARENT[:-1]}"),
        *(f"ff-{TRACE}-{PARENT}-01", f"0x-{TRACE}-{PARENT}-01", f"01-{TRACE}-{PARENT}-01more"),
        *(f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{PARENT}"),
        *(f"00-{TRACE[:-1]}g-{PARENT}-01", f"00-{TRACE}a-{PARENT}-01", f"|{TRACE}.{PARENT}."),
    ],
)
def test_an_invalid_traceparent_has_no_trace_id(traceparent: str | None) -> None:
    assert read_trace_id(traceparent) is None
