"""Which language a page is in: the application's wish, then the browser's, then English."""

import re
from collections.abc import Iterable

LANGUAGES = ("en", "de")
"""The first one is for everybody else."""
_MOST = 20
_RANGE = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")


def choose_language(ui_locales: str, accept_language: str) -> str:
    """`ui_locales` of OpenID Connect is a list with spaces, in the order of preference."""
    wanted = [*ui_locales.split()[:_MOST], *_by_preference(accept_language)]
    return find_language(wanted) or LANGUAGES[0]


def find_language(wanted: Iterable[str]) -> str | None:
    """The first that there is. Regions make no difference."""
    primary = (each.partition("-")[0].lower() for each in wanted)
    return next((each for each in primary if each in LANGUAGES), None)


def _by_preference(accept_language: str) -> list[str]:
    """As in RFC 9110 section 12.5.4; what is not understood is left out."""
    ranges = [_RANGE.fullmatch(each.strip()) for each in accept_language.split(",")[:_MOST]]
    weighed = [(float(each[2] or 1), each[1]) for each in ranges if each]
    by_weight = sorted(weighed, key=lambda pair: -pair[0])  # the same weight: as they are listed
    return [name for weight, name in by_weight if weight > 0]
