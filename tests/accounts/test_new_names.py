"""A new name is not the name of another user, and does not look like one."""

import unicodedata

import pytest

from shared.accounts.look_alikes import LOOK_ALIKES
from shared.accounts.names import read_username
from shared.accounts.new_names import (
    check_given_name,
    check_new_name,
    check_not_given,
    check_not_reserved,
)
from shared.errors import MalformedRequest


@pytest.mark.parametrize(
    "name",
    [
        *(
            "alice",
            "a.b-c_d",
            "o'brien",
            "42",
            "josé",
            "müller",
            "łukasz",
            "\u0131\u015f\u0131k",
            "þór",
            "œuvre",
        ),
        *("иван", "наталья", "иван-42", "μαρία", "דוד", "محمد", "สมชาย", "ქეთევან", "արամ", "राम"),
        *(
            "太郎",
            "タロー",
            "山田たろう",
            "kenji太郎",
            "김철수",
            "kim철수",
            "李雷",
            "ㄅㄆㄇ",
            "محمد۴۲",
        ),
        *("nguyễn", "l\u00b7l", "paral\u00b7lel", "שרה", "саша", "\u05d9\u05d5\u05e1\u05d9"),
    ],
)
def test_ordinary_names_are_accepted(name: str) -> None:
    check_new_name(read_username(name))


@pytest.mark.parametrize(
    "name",
    [
        *("\u0430dministrator", "p\u0430ypal", "ali\u0441e", "иvan", "g\u03bf\u03bfgle"),
        *("\u0261oogle", "\u0251lice", "\u1d04arol", "g\u3007\u3007gle", "太郎иван"),
        *("\u0441\u043e\u0441\u043e", "\u0440\u0430\u0443\u0440\u0430\u04cf"),
        *("\u03bf\u03bf\u03bf", "\u0585\u0585\u0585", "\ua4d0\ua4f3\ua4d0", "김иван"),
        "\uabaf\uab81",
        *("i\u0307van", "ali\u0307ce", "j\u0307ohn", "\u0131\u0307van", "al\u0269ce"),
        *("josé\u0301", "q\u0323\u0323x", "o\u02bcneil", "a\u02d0b"),
    ],
    ids=lambda name: name.encode("unicode_escape").decode(),
)
def test_a_look_alike_name_is_refused(name: str) -> None:
    with pytest.raises(MalformedRequest):
        check_new_name(read_username(name))


def test_a_latin_name_with_a_look_alike_letter_is_refused() -> None:
    """Each letter is replaced by each of its look-alikes."""
    for point in LOOK_ALIKES:
        if not unicodedata.name(chr(point)).startswith(("LATIN", "MODIFIER", "MUSICAL", "COMB")):
            with pytest.raises(MalformedRequest):
                check_new_name(read_username(f"al{chr(point)}ce"))


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "Administrator", "ROOT", "support", "help-desk", "help.desk", "adm1n", "r00t"),
        *("àdmin", "adm\u0131n", "_admin_", "t0uchst0ne", "ADM|N", "p.o.s.t.m.a.s.t.e.r"),
    ],
)
def test_only_an_administrator_gives_a_reserved_name(name: str) -> None:
    with pytest.raises(MalformedRequest, match="reserved"):
        check_not_reserved(read_username(name))


@pytest.mark.parametrize("name", ["admina", "supporter", "rooter", "alice", "иван", "42"])
def test_other_names_are_not_reserved(name: str) -> None:
    check_not_reserved(read_username(name))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "bob@example.com",
            "Bob@EXAMPLE.com",
            "bob\uff20example.com",
            "@example.com",
            "example.com",
        ),
        *("bob#0123abcd", "bob\uff030123ABCD", "a#0123abcd"),
        *("bob@example.com.", "bob@example.com..", "bob#0123abcd.", "bob#0123abcd-'"),
    ],
)
def test_a_name_that_a_provider_gives_is_refused(name: str) -> None:
    with pytest.raises(MalformedRequest):
        check_not_given(read_username(name), domains={"example.com"})


@pytest.mark.parametrize("name", ["bob@example.org", "bob", "bob#0123abc", "bob#0123abcde", "#"])
def test_other_names_are_free(name: str) -> None:
    check_not_given(read_username(name), domains={"example.com"})


@pytest.mark.parametrize("name", ["\u0441\u043e\u0441\u043e", "\u043e\u0441\u0430"])
def test_only_an_administrator_gives_a_look_alike_name(name: str) -> None:
    with pytest.raises(MalformedRequest):
        check_new_name(read_username(name))
    check_given_name(read_username(name))


@pytest.mark.parametrize("name", ["p\u0430ypal", "иvan", "\u0261oogle", "ali\u0307ce"])
def test_an_administrator_cannot_mix_scripts_in_a_name(name: str) -> None:
    with pytest.raises(MalformedRequest):
        check_given_name(read_username(name))
