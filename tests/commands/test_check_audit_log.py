"""The output of the check of tables and log."""

import pytest

from shared.commands.check_audit_log import main, write
from shared.crosscheck.comparing import Report


@pytest.mark.parametrize(
    ("report", "lines", "status"),
    [
        (Report(), ["tables and log agree"], 0),
        (
            Report(unsettled=["session a is gone"]),
            [
                "not settled yet: session a is gone",
                "nothing is wrong, but not everything is settled",
            ],
            2,
        ),
        (
            Report(wrong=["link b is gone"], unsettled=["session a is gone"]),
            ["wrong: link b is gone", "not settled yet: session a is gone", "1 contradictions"],
            1,
        ),
    ],
    ids=["agreed", "unsettled", "wrong"],
)
def test_each_finding_is_a_line_and_the_last_line_is_the_result(
    report: Report, lines: list[str], status: int
) -> None:
    written = list(write(report))
    assert len(written) == len(lines)
    assert all(text.startswith(line) for text, line in zip(written, lines, strict=True))
    assert report.status == status


def test_wrong_usage_ends_with_its_own_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--anything"])
    assert ended.value.code == 64
    assert "unrecognized arguments" in capsys.readouterr().err
