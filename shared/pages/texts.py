"""The texts of a page, apart from it: `openid/sign_in.json` has those of `openid/sign_in.html`.

Pages of one folder may have texts together, in its `texts.json`. A text may have places such as
`{client}`. What is known when the page is made is filled in then.
For the rest, a text of the page gets an element that the page's script fills (`data-value`).
"""

import html
import json
import re
from collections.abc import Mapping
from functools import cache

from shared.pages.languages import LANGUAGES
from shared.pages.site_files import read_texts

PLACE = re.compile(r"\{(\w+)\}")
_OF_ALL_PAGES = ("common/texts", "passkeys/messages")

type Texts = Mapping[str, str]


@cache
def texts_of(page: str, language: str) -> Texts:
    """Those of the page, of its folder, and of all pages."""
    found: dict[str, str] = {}
    for name in (*_OF_ALL_PAGES, f"{page.partition('/')[0]}/texts", page):
        found |= _all_of(name)[language]
    return found


@cache
def _all_of(name: str) -> dict[str, dict[str, str]]:
    """Empty for a page that has its texts in it, in English."""
    found: dict[str, dict[str, str]] = json.loads(read_texts(name) or "{}")
    return {language: found.get(language, {}) for language in LANGUAGES}


def as_markup(text: str, values: Texts) -> str:
    """For an element of the page."""

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        if name in values:
            return html.escape(values[name])
        return f'<strong data-value="{name}"></strong>'

    return PLACE.sub(fill, html.escape(text))


def as_data(texts: Texts, values: Texts) -> str:
    """For the page's script."""

    def fill(place: re.Match[str]) -> str:
        return values.get(place[1], place[0])

    filled = {key: PLACE.sub(fill, text) for key, text in texts.items()}
    return json.dumps(filled, ensure_ascii=False)


def form_fields(members: Texts) -> str:
    """Hidden fields, for the place of a form in a page."""
    return "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in members.items()
    )
