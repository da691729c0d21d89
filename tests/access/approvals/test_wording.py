"""The words are those of the signed bytes: nothing signed is unseen."""

from dataclasses import replace

import pytest

from shared.access.approvals.flattening import flatten
from shared.access.approvals.marks import Mark
from shared.access.approvals.statement import AskedProfile, write_statement
from shared.access.approvals.summary import summarize
from shared.access.approvals.wording import LANGUAGES, Line, describe
from shared.access.approvals.words import WORDS
from tests.access.approvals.test_statement import DATABASE, request

TEMPLATE = {"en": "Pay {amount} € to {to}.", "de": "Zahle {amount} € an {to}."}


def lines(details: object, *, language: str = "en", template: object = None) -> dict[str, Line]:
    statement = write_statement(request(details))
    found = describe(statement, language=language, template=template)  # type: ignore[arg-type]
    assert len({line.name for line in found}) == len(found)
    return {line.name: line for line in found}


def test_a_template_is_filled_with_what_is_signed() -> None:
    details = {"type": "custom", "amount": 100, "to": "bob", "fee": 2}
    found = lines(details, template=TEMPLATE)
    assert found["what"].value == "Pay 100 € to “bob”."
    assert lines(details, language="de", template=TEMPLATE)["what"].value == (
        "Zahle 100 € an “bob”."
    )
    assert found["details.fee"].value == "2"
    assert {"details.amount", "details.to"}.isdisjoint(found)


def test_a_text_does_not_pass_for_words_of_the_template() -> None:
    value = lines({"amount": 1, "to": "bob”. Nothing else {amount}"}, template=TEMPLATE)[
        "what"
    ].value
    assert value == "Pay 1 € to “bob[U+201D]. Nothing else {amount}”."


@pytest.mark.parametrize(
    "mark", '"\u201e\u201f\u2033\u2036\u02ba\u02ee\u275d\u275e\u301d\u301e\u301f\uff02'
)
def test_no_other_quotation_mark_passes_for_the_end_of_a_text(mark: str) -> None:
    to = f"bob{mark} and 9000 € to {mark}eve"
    value = lines({"amount": 1, "to": to}, template=TEMPLATE)["what"].value
    assert mark not in value
    assert value.count(f"[U+{ord(mark):04X}]") == 2


def test_a_template_tells_all_that_is_under_a_name() -> None:
    found = lines({"to": {"a": ["x", 1], "b": {}}, "total": 5}, template={"en": "To {to}: {no}"})
    assert found["what"].value == "To “x”, 1, {}: —"
    assert "details.total" in found
    assert not any(name.startswith("details.to.") for name in found)


def test_without_a_template_each_member_has_a_line() -> None:
    details = {"type": "azure-sql", "actions": ["read"], "Reason": "r", "a": {"b.c": [True]}}
    found = lines(details)
    assert (found["details.actions[0]"].label, found["details.actions[0]"].value) == (
        "Action",
        "read",
    )
    assert found["details.Reason"].label == "details.Reason"  # and not our own label
    assert found['details.a["b.c"][0]'].value == "true"
    assert {leaf.path for leaf in flatten(details)} == {
        name.removeprefix("details.") for name in found if name.startswith("details.")
    }


def test_two_members_never_have_one_path() -> None:
    details = {"a": {"b": 1}, "a.b": 2, "a[0]": 3, "c": [4], "c[0]": 5, '"': 6, "": 7}
    paths = [leaf.path for leaf in flatten(details)]
    assert len(set(paths)) == len(paths) == 7


@pytest.mark.parametrize("template", [None, TEMPLATE])
def test_marks_are_said_in_words(template: object) -> None:
    found = lines({"amount": 1, "to": "b\u202eob"}, template=template)
    line = found["what"] if template else found["details.to"]
    assert "[U+202E]" in line.value
    assert line.marks == (Mark.DIRECTION,)
    assert line.notes == (WORDS["en"]["mark.direction"],)


def test_a_long_text_is_cut_and_its_length_is_said() -> None:
    line = lines({"t": "x" * 1000})["details.t"]
    assert line.value == "x" * 300 + "… (1000 characters in all)"
    assert "1000" in line.notes[0]


def test_names_are_marked_too() -> None:
    assert lines({"p\u0430y": 1})['details.["p\u0430y"]'].marks == (Mark.SCRIPTS,)


def test_all_languages_say_the_same() -> None:
    assert LANGUAGES == ("en", "de")
    english, german = WORDS["en"], WORDS["de"]
    assert english.keys() == german.keys()
    assert {f"mark.{each}" for each in Mark} <= english.keys()
    for name in english:
        assert english[name].count("{") == german[name].count("{"), name


def test_who_asks_and_until_when_is_said() -> None:
    found = lines({}, language="de")
    said = {name: line.value for name, line in found.items()}
    assert said == {
        "profile": "Payments",
        "asker": "alice (“Alice”)",
        "address": "2001:db8::1",
        "reason": "monthly",
        "service": "https://id.example.org",
        "createdAt": "2031-05-17 12:00:07 UTC",
        "expiresAt": "2031-05-17 13:00:07 UTC",
        "lifetime": "höchstens 300 Sekunden",
    }


def test_a_display_name_does_not_pass_for_a_username() -> None:
    asked = request({})
    asked = replace(asked, asker=replace(asked.asker, display_name="bob” (bob)"))
    (line,) = (
        each for each in describe(write_statement(asked), language="en") if each.name == "asker"
    )
    assert line.value == "alice (“bob[U+201D] (bob)”)"


CERTIFICATE = AskedProfile(name="orders", title="Orders", kind="postgresql-certificate", state="s")


def test_a_database_is_said_with_the_role_and_how_long_the_certificate_is_valid() -> None:
    statement = write_statement(
        replace(request({"type": "x"}), profile=CERTIFICATE, database=DATABASE)
    )
    said = [(each.label, each.value) for each in describe(statement, language="en")]
    assert said[:5] == [
        ("Access", "Orders"),
        ("Server of the database", "db.example.com:5432"),
        ("Database", "orders"),
        ("As the role", "app_ro"),
        ("Kind", "x"),
    ]
    assert said[-1] == ("The certificate is valid for", "300 seconds at most")
    german = [(each.label, each.value) for each in describe(statement, language="de")]
    assert german[1:4] == [
        ("Server der Datenbank", "db.example.com:5432"),
        ("Datenbank", "orders"),
        ("Als Rolle", "app_ro"),
    ]
    assert german[-1] == ("Das Zertifikat gilt", "höchstens 300 Sekunden")


def test_the_texts_of_a_database_are_marked_and_its_address_ends() -> None:
    database = replace(DATABASE, host="2001:db8::1", name="ord\u0435rs")
    found = {
        each.name: each
        for each in describe(
            write_statement(replace(request({}), database=database)), language="en"
        )
    }
    assert found["database.server"].value == "[2001:db8::1]:5432"
    assert found["database.name"].marks == (Mark.SCRIPTS,)


def test_a_list_says_the_database_before_what_a_stranger_wrote() -> None:
    details = {"type": "postgresql-certificate", "actions": ["x" * 400]}
    asked = replace(request(details), profile=CERTIFICATE, database=DATABASE)
    text = summarize(write_statement(asked), language="en").text
    assert text.startswith(
        "Server of the database “db.example.com:5432”; Database “orders”; As the role “app_ro”; "
    )
