"""What needs no service."""

from pathlib import Path

import pytest

from tests.cli.running import check, environment, run
from touchstone.commands.sql_token import odbc_struct
from touchstone.console import plain
from touchstone.failures import WrongUsage
from touchstone.passing_on import split_psql
from touchstone.places import read_address
from touchstone.service.proof import ProofKey
from touchstone.service.refusals import failure_of
from touchstone.service.web import Answer
from touchstone.sign_in.browser import has_browser
from touchstone.sign_in.loopback import Loopback


def test_nobody_has_signed_in(tmp_path: Path) -> None:
    check(run("whoami", env=environment(tmp_path)), 3, "touchstone login --service https://")
    named = environment(tmp_path, TOUCHSTONE_URL="https://id.example")
    check(run("whoami", env=named), 3, "https://id.example here", "touchstone login")


@pytest.mark.parametrize("address", ["http://id.example", "https://", "https://id.example/?a=b"])
def test_an_address_that_is_none(tmp_path: Path, address: str) -> None:
    check(run("login", "--service", address, env=environment(tmp_path)), 2)


def test_the_service_is_away(tmp_path: Path) -> None:
    ran = run("login", "--service", "http://127.0.0.1:9", env=environment(tmp_path))
    check(ran, 5, "127.0.0.1:9 does not answer", "whether you are online")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("id.example", "https://id.example"),
        ("https://id.example/", "https://id.example"),
        ("https://id.example:8443/tenant", "https://id.example:8443/tenant"),
        ("http://localhost:7071", "http://localhost:7071"),
        ("http://[::1]:7071", "http://[::1]:7071"),
    ],
)
def test_addresses(given: str, address: str) -> None:
    assert read_address(given) == address


@pytest.mark.parametrize(
    "given",
    ["http://127.0.0.1.example", "ftp://id.example", "https://u@id.example", "a b://", "x:y:z"],
)
def test_addresses_that_are_refused(given: str) -> None:
    with pytest.raises(WrongUsage):
        read_address(given)


@pytest.mark.parametrize(
    ("given", "ours", "for_psql"),
    [
        ("psql --profile a", "psql --profile a", ""),
        ("psql --profile a -c select", "psql --profile a", "-c select"),
        ("psql --profile=a --json --csv", "psql --profile=a --json", "--csv"),
        ("psql --profile a -- --json", "psql --profile a", "--json"),
        ("--json psql --profile a db", "--json psql --profile a", "db"),
        ("token --profile psql", "token --profile psql", ""),
        ("--service https://s psql -l", "--service https://s psql", "-l"),
    ],
)
def test_what_is_for_psql(given: str, ours: str, for_psql: str) -> None:
    assert split_psql(given.split()) == (ours.split(), for_psql.split())


@pytest.mark.parametrize(
    ("environment", "platform", "found"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"BROWSER": "firefox"}, "linux", True),
        ({"DISPLAY": "localhost:10", "SSH_CONNECTION": "a 1 b 22"}, "linux", False),
        ({"BROWSER": "lynx", "SSH_TTY": "/dev/pts/1"}, "linux", False),
        ({"SSH_CONNECTION": "a 1 b 22"}, "darwin", False),
    ],
)
def test_where_a_browser_is_seen(environment: dict[str, str], platform: str, found: bool) -> None:
    assert has_browser(environment, platform) is found


def test_what_the_odbc_driver_takes() -> None:
    assert odbc_struct("ab") == b"\x04\0\0\0a\0b\0"


def test_texts_of_others_cannot_move_the_cursor() -> None:
    assert plain("a\x1b[2J\r\n\x9bb") == "a\ufffd[2J\ufffd\ufffd\ufffdb"


def test_a_key_is_read_as_it_was_written() -> None:
    key = ProofKey.new()
    assert ProofKey.read(key.write()).thumbprint == key.thumbprint
    with pytest.raises(ValueError, match=r"\w"):
        ProofKey.read("AAAA")


def test_only_the_answer_to_this_sign_in_counts_and_the_first_one() -> None:
    loopback = Loopback("mine")
    for address in (
        "/callback",
        "/callback?code=c&state=other",
        "/callback?code=c&state=mine&state=mine",
        "/callback?code=c&code=d&state=mine",
        "/other?code=c&state=mine",
    ):
        assert loopback.take(address) is None
    assert "You are signed in" in (loopback.take("/callback?code=c&state=mine") or "")
    loopback.take("/callback?code=d&state=mine")
    assert loopback.wait(1) == {"code": "c", "state": "mine"}


def test_a_problem_is_named_by_the_end_of_its_type() -> None:
    body = b'{"type": "https://s/problems#not-permitted", "detail": "d"}'
    failure = failure_of(Answer(status=403, headers={}, body=body))
    assert failure.members == {"reason": "not-permitted"}


@pytest.mark.parametrize(
    ("status", "body", "exit_code"),
    [
        (401, b'{"type": "https://s/problems#token-invalid", "title": "t"}', 3),
        (400, b'{"error": "invalid_grant"}', 3),
        (401, b'{"error": "insufficient_user_authentication", "max_age": 60}', 3),
        (400, b'{"error": "invalid_target"}', 4),
        (400, b'{"error": "invalid_target", "correlation_id": "x"}', 4),
        (404, b'{"title": "not found"}', 4),
        (429, b"{}", 5),
        (503, b'{"error": "temporarily_unavailable"}', 5),
        (500, b"<html>", 5),
        (418, b"[]", 4),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, exit_code: int) -> None:
    failure = failure_of(Answer(status=status, headers={"Retry-After": "7"}, body=body))
    assert failure.exit_code == exit_code
    assert str(failure)
    assert (status != 429) or failure.to_do == "Try again in 7 seconds."
