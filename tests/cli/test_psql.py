"""psql is given what it needs to get in, and nothing of it stays.

The psql here says what it was given. `tests/counterparts/psql` has the real one.
"""

import signal
import stat
from pathlib import Path

import pytest

from tests.cli.running import Machine

pytestmark = pytest.mark.asyncio(loop_scope="session")
PSQL = """#!/bin/sh
echo "arguments: $*"
echo "password: ${#PGPASSWORD}, $PGSSLMODE"
for each in "$XDG_RUNTIME_DIR"/*; do stat -c '%a' "$each"; done
if [ "$1" = wait ]; then
    trap 'echo interrupted >&2' INT
    trap 'echo ended >&2; exit 9' TERM
    echo started >&2
    while :; do :; done
fi
exit 3
"""


@pytest.fixture
def with_psql(adas: Machine, tmp_path: Path) -> Machine:
    programs, runtime = tmp_path / "programs", tmp_path / "runtime"
    for each in (programs, runtime):
        each.mkdir(mode=0o700)
    psql = programs / "psql"
    psql.write_text(PSQL, encoding="utf-8")
    psql.chmod(0o755)
    return adas.but(PATH=f"{programs}:{adas.env['PATH']}", XDG_RUNTIME_DIR=str(runtime))


async def test_psql_gets_the_token_and_gives_its_exit_code(
    with_psql: Machine, tmp_path: Path
) -> None:
    ran = await with_psql.run("psql", "--profile", "flexible", "-c", "select 1", "--csv")
    first, second, mode = ran.out.splitlines()
    assert first == "arguments: -c select 1 --csv"
    length = int(second.removeprefix("password: ").partition(",")[0])
    assert (length > 100, second.rpartition(" ")[2]) == (True, "verify-full")
    assert (mode, ran.code) == ("700", 3)
    assert list((tmp_path / "runtime").iterdir()) == []


async def test_what_people_set_stays(with_psql: Machine) -> None:
    ran = await with_psql.but(PGSSLMODE="require").run("psql", "--profile", "flexible")
    assert "require" in ran.out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_nothing_stays_after_a_signal(
    with_psql: Machine, tmp_path: Path, number: signal.Signals
) -> None:
    runtime = tmp_path / "runtime"
    async with with_psql.running("psql", "--profile", "flexible", "wait") as running:
        await running.says("started")
        (folder,) = runtime.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        running.process.send_signal(signal.SIGINT)  # for psql alone, which goes on
        running.process.send_signal(number)
        ran = await running.ends()
    assert ran.code == (9 if number is signal.SIGTERM else 128 + signal.SIGHUP)
    assert "Traceback" not in ran.err
    assert list(runtime.iterdir()) == []
