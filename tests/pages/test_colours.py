"""An operator's colour can be seen and read, or is refused."""

import re

import pytest

from shared.pages.colours import (
    CARDS,
    LEAST_CONTRAST,
    UnfitColour,
    contrast,
    read_accent,
    style_of,
    text_on,
)
from shared.pages.site_files import site_files

READABLE = 4.5
EVERY = [
    f"#{r:02x}{g:02x}{b:02x}" for r in range(0, 256, 51) for g in (0, 128, 255) for b in (0, 255)
]


def test_contrasts_are_those_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # known for just failing
    assert contrast("#1f6feb", "#1f6feb") == 1


def test_backgrounds_are_those_of_the_style_sheet() -> None:
    light, dark = re.findall(rb"--card: (#\w+);", site_files()["common/base.css"])
    assert {"light": light.decode(), "dark": dark.decode()} == CARDS


@pytest.mark.parametrize("colour", EVERY)
def test_what_is_on_a_button_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= READABLE
    for scheme, card in CARDS.items():
        if contrast(colour, card) < LEAST_CONTRAST:
            continue
        fine = {"light": "#767676", "dark": "#767676"} | {scheme: colour}
        text = style_of(read_accent((fine["light"], fine["dark"])))
        found = re.findall(r"--strong: (\S+); --on-strong: (\S+); --strong-hover: (\S+);", text)
        for strong, on_strong, hover in found:
            assert contrast(on_strong, strong) >= READABLE
            assert contrast(on_strong, hover) >= contrast(on_strong, strong)


def test_a_colour_is_for_light_and_dark_pages_or_for_one_of_them() -> None:
    light, dark = style_of(read_accent(("#26314A", "#efc15c"))).split("@media")
    assert "--strong: #26314a;" in light
    assert "(prefers-color-scheme: dark)" in dark
    assert "--strong: #efc15c;" in dark
    assert style_of(read_accent(("#1f6feb",))).count("--strong: #1f6feb;") == 2


@pytest.mark.parametrize(
    ("colours", "said"),
    [
        (("#efc15c",), "contrast of 1.7 with #ffffff, the light background"),
        (("#26314a",), "contrast of 1.2 with #1b212c, the dark background"),
        (("navy",), "'navy' is not a colour as in #1f6feb"),
        (("#1f6feb", "#1f6fec", "#1f6fed"), "more than two colours"),
    ],
)
def test_a_refusal_says_what_is_wrong(colours: tuple[str, ...], said: str) -> None:
    with pytest.raises(UnfitColour, match=re.escape(said)):
        read_accent(colours)
