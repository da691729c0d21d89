"""`python -m shared.audit.verify`: a third party needs only a folder and three files."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.audit.verification.report import Verdict
from shared.audit.verification.table import write_table
from shared.audit.verify import main
from tests.audit.verify.findings import verified
from tests.audit.verify.log_builder import Log, line, new_key, vkey
from tests.audit.verify.people import Person
from tests.audit.verify.story import Story, make_story

REPOSITORY = Path(__file__).parents[3]
NEEDED = ("shared/__init__.py", "shared/base64url.py", "shared/cose.py", "shared/audit")
RUN = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
try:
    runpy.run_module("shared.audit.verify", run_name="__main__", alter_sys=True)
finally:
    ours = {name for name in sys.modules if name.split(".")[0] in ("shared", "tests", "azure")}
    print(*sorted(ours), file=sys.stderr)
"""


def _export(folder: Path, story: Story) -> list[str]:
    """Write the log, and a checkpoint from its beginning; return the arguments that prove it."""
    file, kept = folder / "log.jsonl", folder / "first-checkpoint"
    file.write_bytes(b"".join(story.lines))
    kept.write_text(story.log.notes()[0], encoding="utf-8")
    return [str(file), "--key", vkey(story.old), "--seen", str(kept)]


def _without_kept(arguments: list[str]) -> list[str]:
    return arguments[: arguments.index("--seen")]


def test_the_verifier_runs_without_the_rest_of_the_service(tmp_path: Path) -> None:
    apart = tmp_path / "apart"
    for name in NEEDED:
        source, target = REPOSITORY / name, apart / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    arguments = _export(tmp_path, make_story())
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, str(apart), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Verdict: everything is proven." in done.stdout
    imported = done.stderr.split()
    assert "shared.audit.merkle" in imported
    assert not [name for name in imported if name.startswith(("azure", "tests"))]
    outside = [name for name in imported if not name.startswith("shared.audit")]
    assert outside == ["shared", "shared.base64url", "shared.cose"]


def test_a_proven_log_ends_with_status_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_export(tmp_path, make_story())) == 0
    table = capsys.readouterr().out.splitlines()
    entries = next(row for row in table if row.startswith("entries"))
    assert entries.split()[1:6] == ["27", "27", "0", "to", "26"]
    assert "2031-05-17 14:36:00Z" in entries
    assert table[-1] == "Verdict: everything is proven."
    assert not [row for row in table if "ATTENTION" in row]


def test_without_an_earlier_checkpoint_a_log_is_only_consistent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rolled back log looks the same: only an earlier checkpoint can show it."""
    story = make_story()
    arguments = _without_kept(_export(tmp_path, story))
    assert main(arguments) == 3
    whole = capsys.readouterr().out
    del story.log.statements[17:], story.log.seals[3:]
    _export(tmp_path, story)
    assert main(arguments) == 3
    for shown in (whole, capsys.readouterr().out):
        assert shown.splitlines()[-1] == "Verdict: consistent with itself."
        assert "ATTENTION" in shown
        assert "others may be shown another log" in shown


def test_the_age_of_the_newest_checkpoint_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = make_story()
    story.log.sign_in(story.bert, story.bert.credentials[0])  # no checkpoint covers it
    main([*_export(tmp_path, story)])
    (shown,) = [row for row in capsys.readouterr().out.splitlines() if "Newest checkpoint" in row]
    assert "2031-05-17 14:36:00Z" in shown
    report = verified(story.lines, story.old)
    now = datetime(2031, 5, 19, 17, 40, 1, tzinfo=UTC)
    assert "14:36:00Z, 2 days, 3 hours and 4 minutes ago." in write_table(report, now=now)


def test_a_log_without_an_accepted_checkpoint_has_no_newest_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, *_ = _export(tmp_path, make_story())
    assert main([file]) == 2
    assert "Newest checkpoint: none" in capsys.readouterr().out


def test_help_states_every_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    help_text = capsys.readouterr().out.split("Exit status:")[1]
    stated = {line.split()[0] for line in help_text.splitlines() if line[:3].strip()}
    assert stated == {str(verdict.status) for verdict in Verdict} | {"64"}


def test_tampering_ends_with_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = make_story()
    story.log.change_part(7, "personal", lambda part: part.update(actorName="eve"), commit=False)
    assert main(_export(tmp_path, story)) == 1
    (found,) = [row for row in capsys.readouterr().out.splitlines() if row.startswith("WRONG")]
    assert found.split()[1:4] == ["part", "changed", "7"]
    assert found.endswith("the personal part does not match the leaf's commitment")


def test_an_unproven_log_ends_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, *_ = _export(tmp_path, make_story())
    assert main([file]) == 2
    assert "not proven: no key given" in capsys.readouterr().out


def test_erased_parts_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = make_story()
    story.log.erase(4, "personal")
    assert main(_export(tmp_path, story)) == 0
    assert "1 erased or withheld" in capsys.readouterr().out


def test_the_report_can_be_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = make_story()
    index = story.log.sign_in(story.bert, story.bert.credentials[0])
    assert main([*_export(tmp_path, story), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["origin"] == "touchstone.example/log"
    assert report["verdict"] == "incomplete"
    assert report["comparedWithKept"] is True
    assert report["newestSealedAt"] == "2031-05-17T14:36:00.000000Z"
    assert report["tallies"][0] == {
        "subject": "entries",
        "expected": 28,
        "proven": 27,
        "first": 0,
        "last": 26,
        "from": "2031-05-17T12:00:00.000000Z",
        "to": "2031-05-17T14:36:00.000000Z",
    }
    (finding,) = report["findings"]
    assert (finding["kind"], finding["severity"]) == ("not sealed yet", "missing")
    assert (finding["first"], finding["last"], finding["count"]) == (index, index, 1)


def test_a_kept_checkpoint_is_read_from_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = make_story()
    kept = tmp_path / "checkpoint"
    kept.write_text(story.log.notes()[-1], encoding="utf-8")
    arguments = [*_without_kept(_export(tmp_path, story)), "--seen", str(kept)]
    assert main(arguments) == 0
    del story.log.statements[17:], story.log.seals[3:]
    _export(tmp_path, story)
    assert main(arguments) == 1
    assert "rolled back" in capsys.readouterr().out


def test_several_keys_may_be_given(tmp_path: Path) -> None:
    story = make_story()
    story.log.seals = [story.log.seals[0], story.log.seals[-1]]
    arguments = _export(tmp_path, story)
    assert main(arguments) == 1
    assert main([*arguments, "--key", vkey(story.new)]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["missing.jsonl"],
        ["{log}", "--key", "touchstone.example+00000000+AAAA"],
        ["{log}", "--seen", "missing"],
        ["{log}", "--seen", "{log}"],
        ["{log}", "--no-such-option"],
    ],
)
def test_bad_usage_ends_with_status_64(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, *_ = _export(tmp_path, make_story())
    with pytest.raises(SystemExit) as ended:
        main([argument.format(log=log) for argument in arguments])
    assert ended.value.code == 64
    assert capsys.readouterr().err.startswith("usage:")


def test_control_characters_of_a_file_are_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = "\x1b[2Jproven\n\nVerdict"
    log = Log(new_key())
    log.register(Person("\x1b[2J"))
    log.seal()
    file = tmp_path / "log.jsonl"
    head = {"log": {"version": 1, "origin": origin, "first": 0, "frontier": []}}
    note = log.notes()[0].replace("touchstone.example/log", "\x1b[2J")
    checkpoint = line({"checkpoint": note})
    file.write_bytes(line(head) + log.entry(0) + checkpoint)
    assert main([str(file)]) == 1
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert shown.count("\nVerdict") == 1
