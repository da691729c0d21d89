"""The signing key of a development machine: one file, one owner, one key for all processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.keys.key_files import load_signing_key
from shared.keys.signing_key import write_pem
from tests.sessions.issuing import our_key

REPOSITORY = Path(__file__).parents[2]
PROCESSES = 6
PRINT_KEY_ID = """
import sys
from pathlib import Path
from shared.keys.key_files import load_signing_key
print("ready", flush=True)
sys.stdin.readline()
print(load_signing_key(Path(sys.argv[1])).key_id)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "not-yet" / "there" / "signing-key.pem"


def test_a_missing_key_is_made_and_kept(file: Path) -> None:
    first = load_signing_key(file)
    assert load_signing_key(file).key_id == first.key_id
    assert file.read_bytes() == write_pem(first)


def test_an_existing_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(write_pem(our_key()))
    assert load_signing_key(file).key_id == our_key().key_id


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_the_file(file: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        load_signing_key(file)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_temporary_file_is_left(file: Path) -> None:
    load_signing_key(file)
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_concurrently_get_one_key(file: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PRINT_KEY_ID, str(file)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    key_ids = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * PROCESSES
    assert key_ids == {load_signing_key(file).key_id + "\n"}
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"not a key", write_pem(our_key())[:500], bytes(100)])
def test_a_broken_file_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    """Otherwise all issued tokens would become invalid without a visible reason."""
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="PEM"):
        load_signing_key(file)
    assert file.read_bytes() == content
