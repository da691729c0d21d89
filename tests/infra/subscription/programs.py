"""Runs shell scripts whose `az` and `azd` work on the subscription in cloud.py.

Both are a few lines of shell that ask the process of the test by two pipes: a Python of their own
for each of some hundred commands would need minutes.
"""

import os
import subprocess
import traceback
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.infra.az_cli.answers import text_of
from tests.infra.az_cli.commands import Misused, command_of, known_commands, parser_of
from tests.infra.az_cli.state import Refused
from tests.infra.subscription import accounts, azd, resources
from tests.infra.subscription.cloud import Cloud

AZ = {**resources.COMMANDS, **accounts.COMMANDS}
PROMPTING = {
    "group delete",
    "monitor log-analytics workspace delete",
    "storage account delete",
    "storage account migration start",
    "storage container-rm delete",
}


def run_script(
    script: str, cloud: Cloud, folder: Path, *, variables: Mapping[str, str], options: str
) -> subprocess.CompletedProcess[str]:
    programs = Path(__file__).parent / "programs"
    python = folder / ".venv" / "bin" / "python"
    if not python.exists():
        python.parent.mkdir(parents=True)
        python.symlink_to(programs / "az")
    with _answering(cloud, folder):
        return subprocess.run(
            ["/bin/sh", options, "-c", script],
            cwd=folder,
            env={
                "PATH": f"{programs}:{os.environ['PATH']}",
                "SUBSCRIPTION": str(folder),
                **variables,
            },
            input="y\n",  # azd asks before it deletes
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def _answering(cloud: Cloud, folder: Path) -> Iterator[None]:
    asked, answered = folder / "asked", folder / "answered"
    for pipe in (asked, answered):
        os.mkfifo(pipe)
    thread = Thread(target=_answer_all, args=(cloud, folder))
    thread.start()
    try:
        yield
    finally:
        asked.write_bytes(b"")
        thread.join()
        for pipe in (asked, answered):
            pipe.unlink()


def _answer_all(cloud: Cloud, folder: Path) -> None:
    """Until nothing is asked."""
    while request := (folder / "asked").read_bytes():
        process, program, said, *words = request.decode().split("\0")[:-1]
        status, out, err = answer(program, words, cloud, said=said)
        (folder / f"{process}.out").write_text(out)
        (folder / f"{process}.err").write_text(err)
        (folder / "answered").write_text(f"{status}\n")


def answer(program: str, words: list[str], cloud: Cloud, *, said: str) -> tuple[int, str, str]:
    try:
        return 0, PROGRAMS[program](words, cloud, said), ""
    except (Refused, Misused) as refused:
        return getattr(refused, "status", 2), "", f"ERROR: {refused}\n"
    except Exception:
        return 70, "", traceback.format_exc()


def _az(words: list[str], cloud: Cloud, _: str) -> str:
    name = command_of(words, AZ)
    if name is None:
        raise Misused(f"not in this substitute: az {' '.join(words)}")
    asked = _parsed("az", name, words)
    if name in PROMPTING and not asked.yes:
        raise Refused("Unable to prompt for confirmation as no tty available. Use --yes.")
    return text_of(AZ[name](asked, cloud), asked.query, asked.output or "json")


def _azd(words: list[str], cloud: Cloud, said: str) -> str:
    name = command_of(words, known_commands("azd"))
    if name not in azd.COMMANDS:
        raise Misused(f"not in this substitute: azd {' '.join(words)}")
    asked = _parsed("azd", name, words)
    asked.said = said
    return azd.COMMANDS[name](asked, cloud) or ""


def _python(words: list[str], cloud: Cloud, _: str) -> str:
    """Our command for an import, which adds to nobody else's rows."""
    if words[:2] != ["-m", "shared.commands.import_tables"]:
        raise Misused(f"not in this substitute: python {' '.join(words)}")
    (account,) = cloud.accounts.values()
    may = any(each.role == "Storage Table Data Contributor" for each in cloud.assignments)
    if not may:
        raise Refused("AuthorizationPermissionMismatch")
    if account.data not in ("", "of the export"):
        raise Refused("the store has another service key")
    if "--dry-run" not in words:
        account.data = "of the export"
    return ""


def _parsed(program: str, name: str, words: list[str]) -> Namespace:
    return parser_of(name, program=program).parse_args(words[len(name.split()) :])


PROGRAMS = {"az": _az, "azd": _azd, "python": _python}
