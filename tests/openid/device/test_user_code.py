import pytest

from shared.openid.device.user_code import (
    LENGTH,
    LETTERS,
    make_user_code,
    read_user_code,
    show_user_code,
)


def test_a_code_has_eight_of_twenty_consonants_and_each_is_equally_likely() -> None:
    assert len(set(LETTERS)) == 20
    assert not set(LETTERS) & set("AEIOUY")
    codes = {make_user_code(number.to_bytes(16)) for number in range(20**2)}
    assert len(codes) == 20**2
    assert {len(code) for code in codes} == {LENGTH}
    assert {place for code in codes for place in code[:2]} == set(LETTERS)
    # The highest bits count, too.
    assert make_user_code(bytes(16)) != make_user_code(b"\x01" + bytes(15))


@pytest.mark.parametrize(
    "typed", ["WDJB-MJHT", "wdjbmjht", " WDJB MJHT ", "wdjb\u2013mjht", "w-d-j-b-m-j-h-t"]
)
def test_dash_and_case_are_ignored(typed: str) -> None:
    code = read_user_code(typed)
    assert code == "WDJBMJHT"
    assert show_user_code(code) == "WDJB-MJHT"


@pytest.mark.parametrize(
    "typed", ["", "WDJB-MJH", "WDJB-MJHTB", "ADJB-MJHT", "WDJB_MJHT", "ẂDJBMJHT"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_user_code(typed) is None
