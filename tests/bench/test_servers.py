"""How the servers of the bench are set."""

from pathlib import Path

import pytest

from bench.servers import Programs, make_programs
from devhost.functions import FunctionEntry, is_disabled
from tests.test_functions import TIMERS


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return make_programs(tables="tables", signing_key_file=tmp_path / "key.pem")


@pytest.mark.parametrize("name", sorted(TIMERS))
def test_no_timer_runs_while_requests_are_measured(name: str, programs: Programs) -> None:
    timer = FunctionEntry(name=name, function_id="", trigger="timerTrigger", argument="timer")
    assert not is_disabled(timer, {})
    assert is_disabled(timer, programs.touchstone.settings)


def test_the_overlapping_peer_differs_only_in_the_order_of_its_calls(programs: Programs) -> None:
    peer, overlapping = programs.peer, programs.overlapping_peer
    assert overlapping.command == peer.command
    assert overlapping.settings == {**peer.settings, "STORAGE_CALLS": "overlapping"}
