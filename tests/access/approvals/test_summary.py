"""A list says in one short text what each request is about, and hides nothing unusual."""

from typing import Any

from shared.access.approvals.marks import Mark
from shared.access.approvals.statement import write_statement
from shared.access.approvals.summary import LONGEST, Summary, summarize
from tests.access.approvals.test_statement import request
from tests.access.approvals.test_wording import TEMPLATE

KIND = "custom"


def summary(details: Any, *, language: str = "en", template: Any = None) -> Summary:  # noqa: ANN401
    statement = write_statement(request(details))
    return summarize(statement, language=language, template=template)


def test_a_template_says_it_and_what_it_leaves_out_follows() -> None:
    details = {"type": KIND, "amount": 100, "to": "bob", "fee": 2}
    assert summary(details, template=TEMPLATE) == Summary(
        "Pay 100 € to “bob”.; details.fee “2”", ()
    )
    german = summary(details, language="de", template=TEMPLATE)
    assert german.text.startswith("Zahle 100 € an “bob”.")


def test_without_a_template_there_are_the_members() -> None:
    details = {"type": KIND, "actions": ["read", "write"], "more": {"x": None}}
    assert summary(details).text == "Action “read”; Action “write”; details.more.x “null”"
    assert summary(details, language="de").text.startswith("Aktion “read”; Aktion “write”")
    assert summary({"type": KIND}) == Summary("", ())
    assert summary({"type": "another"}).text == "Kind “another”"


def test_no_value_passes_for_another_member() -> None:
    found = summary({"type": KIND, "actions": ["read”; Action “write"]})
    assert found.text == "Action “read[U+201D]; Action [U+201C]write”"


def test_what_is_unusual_is_marked() -> None:
    found = summary({"type": KIND, "actions": ["p\u0430ypal \u202egpj.exe\u200b"]})
    assert found.text == "Action “p\u0430ypal [U+202E]gpj.exe[U+200B]”"
    assert found.marks == (Mark.DIRECTION, Mark.INVISIBLE, Mark.SCRIPTS)
    hidden = summary({"type": KIND, "a\u202e": 1})
    assert Mark.DIRECTION in hidden.marks


def test_it_is_short_and_says_that_there_is_more() -> None:
    for details in (
        {"type": KIND, "actions": ["x" * 500]},
        {"type": KIND, "actions": ["x"] * 16, "datatypes": ["y"]},
        {"type": KIND, "identifier": "\u202e" * 100},
        {"to": "x" * 500, "amount": 1},
    ):
        found = summary(details, template=TEMPLATE if "to" in details else None)
        assert len(found.text) <= LONGEST + 1
        assert found.text.endswith("…")
        assert found.marks[-1] is Mark.LONG
        assert "[U" not in found.text[found.text.rindex("]") + 1 :] if "]" in found.text else True


def test_the_work_for_one_does_not_grow_with_what_a_stranger_wrote() -> None:
    """A list has a thousand of them."""
    many = {"type": KIND, **{f"m{at}": "\u0430" * 50 for at in range(90)}}
    found = summary(many)
    assert "m15" not in found.text
    assert found.marks[-1] is Mark.LONG
