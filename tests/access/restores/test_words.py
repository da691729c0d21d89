"""What approvers read of a restore: a sentence, and below it all that the sentence leaves out."""

from typing import Any

import pytest

from shared.access.approvals.flattening import flatten
from shared.access.approvals.statement import write_statement
from shared.access.approvals.wording import LANGUAGES, describe
from shared.access.restores.recovery import RecoveryType
from shared.access.restores.words import words_of
from tests.access.approvals.test_statement import request
from tests.access.restores.actions import FILES, details, share_details
from tests.fakes.file_shares import SHARE

EACH = [
    *map(details, RecoveryType),
    share_details(),
    share_details(files=FILES, conflicts="Skip"),
    share_details("AlternateLocation"),
    share_details("AlternateLocation", files=FILES),
]


def told(given: dict[str, Any], language: str) -> dict[str, str]:
    lines = describe(write_statement(request(given)), language=language, template=words_of(given))
    return {line.name: line.value for line in lines}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given", EACH)
def test_nothing_that_is_signed_is_unseen(given: dict[str, Any], language: str) -> None:
    shown = told(given, language)
    assert "—" not in shown["what"]
    for leaf in flatten(given):
        in_line = shown.get(f"details.{leaf.path}") == leaf.text
        assert in_line != (f"“{leaf.text}”" in shown["what"]), leaf


def test_a_share_is_told_by_its_name_for_people() -> None:
    shown = told(share_details(files=FILES, conflicts="Skip"), "en")
    assert shown["what"] == (
        "Restore the files that are listed below, of the file share “reports” as it was at "
        "“2026-11-29T03:06:00.5121087Z”, in its place. Files that are there already stay as they "
        "are."
    )
    assert shown["details.files[0].path"] == "2026/November.xlsx"
    assert shown["details.item"] == SHARE


def test_what_is_no_restore_has_no_words() -> None:
    assert words_of({"type": "azure-backup-restore"}) is None
