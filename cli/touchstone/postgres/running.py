"""Runs psql with files that nobody else can read, and that are gone when it ends.

The files stay while it runs, as it reads them for each connection. psql has the terminal: Ctrl-C is
for psql, which ends its query.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from touchstone.failures import LocalFault

_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_FIRST_WITH_OAUTH = 18
_CHOSEN_BY_PEOPLE = ("PGSSLMODE", "PGSSLROOTCERT", "PGHOST", "PGPORT", "PGDATABASE")
"""What they have set themselves stays, as what they type after the command does."""


def run_psql(
    arguments: Sequence[str], variables: Mapping[str, str], files: Mapping[str, str]
) -> int:
    """`files` are the contents, by the variable that names the path of each. Return the exit code
    of psql."""
    program = find_psql()
    with _private_folder() as folder:
        given = dict(variables)
        for name, text in files.items():
            given[name] = str(_write(folder / name.lower(), text))
        chosen = {name: os.environ[name] for name in _CHOSEN_BY_PEOPLE if name in os.environ}
        return _run([program, *arguments], {**os.environ, **given, **chosen})


def find_psql() -> str:
    """Raises LocalFault."""
    program = shutil.which("psql")
    if program is None:
        raise LocalFault(
            "psql is not installed, or not in PATH.",
            to_do="Install it: the package is postgresql-client, or libpq with Homebrew.",
        )
    return program


def require_oauth() -> None:
    """Raises LocalFault if psql is too old for OAuth."""
    said = subprocess.run(
        [find_psql(), "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = re.search(r"\d+", said)
    if version is None or int(version[0]) < _FIRST_WITH_OAUTH:
        raise LocalFault(
            f"This profile needs psql {_FIRST_WITH_OAUTH} or newer, with libpq-oauth. "
            f"This is: {said.strip() or 'unknown'}.",
            to_do="Install a newer psql. A profile of kind postgresql-certificate needs none.",
        )


@contextmanager
def _private_folder() -> Iterator[Path]:
    """In memory where the system has such a place, which is gone when the person signs out."""
    place = os.environ.get("XDG_RUNTIME_DIR")
    usable = place if place and os.access(place, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="touchstone-", dir=usable) as name:
        yield Path(name)


def _write(path: Path, text: str) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    process = subprocess.Popen(command, env=environment)

    def pass_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    for each in _ENDS:
        before[each] = signal.signal(each, pass_on)
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
