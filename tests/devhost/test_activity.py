"""Each invocation has an activity: in the caller's trace, if the caller names one."""

from __future__ import annotations

import re

import pytest
from multidict import CIMultiDict

from devhost.activity import begin_activity
from devhost.process import HostProcess
from tests.devhost.client import ask
from tests.devhost.test_requests import ECHO

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-00"


def trace_of(traceparent: str) -> str:
    found = re.fullmatch(r"00-([0-9a-f]{32})-[0-9a-f]{16}-0[01]", traceparent)
    assert found
    return found[1]


def test_an_invocation_has_its_own_activity_in_the_callers_trace(
    host: HostProcess,
) -> None:
    headers = [("traceparent", TRACEPARENT), ("tracestate", "a=1"), ("TraceState", "b=2")]
    heard = ask(f"{host.url}{ECHO}", headers=headers).json()
    version, trace, activity, flags = heard["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "00")
    assert activity != CALLER
    assert heard["tracestate"] == "a=1,b=2"


def test_without_a_callers_trace_each_invocation_begins_a_trace(host: HostProcess) -> None:
    traces = {trace_of(ask(f"{host.url}{ECHO}").json()["traceparent"]) for _ in range(2)}
    assert len(traces) == 2


@pytest.mark.parametrize(
    "traceparent",
    [
        *("", "nonsense", TRACE, TRACEPARENT.upper(), f"{TRACEPARENT}-more", f" {TRACEPARENT}"),
        *(f"ff-{TRACE}-{CALLER}-00", f"00-{'0' * 32}-{CALLER}-00", f"00-{TRACE}-{'0' * 16}-00"),
        *(f"0-{TRACE}-{CALLER}-00", f"00-{TRACE[1:]}-{CALLER}-00", f"00-{TRACE}-{CALLER}-0"),
    ],
)
def test_an_invalid_trace_is_not_continued(traceparent: str) -> None:
    headers = CIMultiDict({"traceparent": traceparent, "tracestate": "a=1"})
    activity = begin_activity(headers)
    assert trace_of(activity.trace_parent) != TRACE
    assert activity.trace_state == ""


def test_two_traces_are_both_ignored() -> None:
    headers = CIMultiDict([("traceparent", TRACEPARENT), ("Traceparent", TRACEPARENT)])
    assert trace_of(begin_activity(headers).trace_parent) != TRACE


def test_a_later_version_may_have_more_fields() -> None:
    headers = CIMultiDict({"traceparent": f"01-{TRACE}-{CALLER}-01-more"})
    assert trace_of(begin_activity(headers).trace_parent) == TRACE
