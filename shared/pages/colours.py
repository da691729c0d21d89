"""The colour of the operator, for the buttons that matter most.

A page is light or dark as the browser wants it, so there may be a colour for each. A button has to
stand out from the card that it is on, and its text from the button (WCAG 2.2, 1.4.11 and 1.4.3).
"""

import re
from dataclasses import dataclass

CARDS = {"light": "#ffffff", "dark": "#1b212c"}
"""What buttons are on, as `base.css` has it."""
LEAST_CONTRAST = 3
_BLACK, _WHITE = "#000000", "#ffffff"
_HOVER = 0.15
_is_colour = re.compile(r"#[0-9a-fA-F]{6}").fullmatch


class UnfitColour(ValueError):
    """The text says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    light: str
    dark: str


def read_accent(colours: tuple[str, ...]) -> Accent:
    """One colour, or one for light and one for dark pages. Raise UnfitColour."""
    if len(colours) > 2:
        raise UnfitColour("has more than two colours, one for light and one for dark pages")
    light, dark = colours[0], colours[-1]
    for scheme, colour in (("light", light), ("dark", dark)):
        _check(colour, scheme)
    return Accent(light=light.lower(), dark=dark.lower())


def _check(colour: str, scheme: str) -> None:
    if not _is_colour(colour):
        raise UnfitColour(f"{colour!r} is not a colour as in #1f6feb")
    found = contrast(colour, CARDS[scheme])
    if found < LEAST_CONTRAST:
        raise UnfitColour(
            f"{colour!r} has a contrast of {found:.1f} with {CARDS[scheme]}, the {scheme} "
            f"background of a button, and {LEAST_CONTRAST} is the least that people can tell "
            "apart. Two colours with a comma between are for light and for dark pages"
        )


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Black or white. The better one of them always has a contrast of 4.5."""
    return max(_BLACK, _WHITE, key=lambda text: contrast(colour, text))


def style_of(accent: Accent) -> str:
    """A style sheet that follows `base.css`."""
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_properties(accent.dark)} }} }}"
    return f":root {{ {_properties(accent.light)} }}\n{dark}\n"


def _properties(colour: str) -> str:
    text = text_on(colour)
    return f"--strong: {colour}; --on-strong: {text}; --strong-hover: {_away_from(text, colour)};"


def _away_from(text: str, colour: str) -> str:
    """A little less like the text, so that the text stays as readable."""
    goal = 0 if text == _WHITE else 255
    mixed = (round(part + (goal - part) * _HOVER) for part in _parts(colour))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
