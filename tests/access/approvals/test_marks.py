"""Whatever makes a text read otherwise than it runs is marked, and honest texts are not."""

import pytest

from shared.access.approvals.marks import LONGEST, Mark, mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DELETE /orders/17, 100 € to bob's café",
        "Straße nach Łódź, Δοκιμή, Проверка системы",
        "東京タワー と IT部門",
        "한국어 abc 漢字",
        "שלום",
        "x" * LONGEST,
        "Preis: 5 % … „Angebot“, jetzt",
        "\u00dcnal \u0131\u011fd\u0131r \u2013 20 m², it\u2019s ½ \u00d7 3 €",
    ],
)
def test_honest_texts_are_shown_as_they_are(text: str) -> None:
    marked = mark(text)
    assert (marked.text, marked.marks) == (text, ())


@pytest.mark.parametrize(
    ("text", "shown", "expected"),
    [
        ("pay \u202e001 to bob", "pay [U+202E]001 to bob", Mark.DIRECTION),
        ("a\u2066b", "a[U+2066]b", Mark.DIRECTION),
        ("pay bob שלום", "pay bob שלום", Mark.DIRECTION),
        ("pay\u200bpal", "pay[U+200B]pal", Mark.INVISIBLE),
        ("a\u00a0b", "a[U+00A0]b", Mark.INVISIBLE),
        ("a\x1b[2J\n", "a[U+001B][2J[U+000A]", Mark.INVISIBLE),
        ("\u3164", "[U+3164]", Mark.INVISIBLE),
        ("ok\U000e0041", "ok[U+E0041]", Mark.INVISIBLE),
        ("a\ufe0e", "a[U+FE0E]", Mark.INVISIBLE),
        ("p\u0430ypal", "p\u0430ypal", Mark.SCRIPTS),
        ("\u0441\u043e\u0441\u043e", "\u0441\u043e\u0441\u043e", Mark.LOOK_ALIKES),
        ("e\u0301t\u00e9", "e\u0301t\u00e9", Mark.SPELLING),
        ("\uff50\uff41\uff59", "\uff50\uff41\uff59", Mark.SPELLING),
        ("100\u0336", "100\u0336", Mark.SPELLING),
        ("a  b", "a  b", Mark.SPELLING),
        ("account 12\u09ea4", "account 12\u09ea4", Mark.SPELLING),
        ("5\u0665", "5\u0665", Mark.SPELLING),
        ("a\U0001d7d3", "a\U0001d7d3", Mark.SPELLING),
        ("PayPa\u217c", "PayPa\u217c", Mark.SPELLING),
        ("p\u0251ypal", "p\u0251ypal", Mark.SPELLING),
        ("https://bank.example\u2215.evil", "https://bank.example\u2215.evil", Mark.SPELLING),
        ("bank\u2024example", "bank\u2024example", Mark.SPELLING),
        ("prod\u2010db", "prod\u2010db", Mark.SPELLING),
        ("\u2212 5", "\u2212 5", Mark.SPELLING),
        ("bob ", "bob ", Mark.SPELLING),
        ("\ue000", "[U+E000]", Mark.UNKNOWN),
        ("y" * (LONGEST + 1), "y" * LONGEST, Mark.LONG),
        ("é" * (LONGEST + 1), "é" * LONGEST, Mark.LONG),
    ],
)
def test_what_is_unusual_is_marked(text: str, shown: str, expected: Mark) -> None:
    marked = mark(text)
    assert (marked.text, marked.marks) == (shown, (expected,))
    assert marked.length == len(text)


def test_what_is_hidden_behind_the_cut_is_marked() -> None:
    assert mark("x" * LONGEST + "\u202e").marks == (Mark.DIRECTION, Mark.LONG)
