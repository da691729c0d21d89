"""Makes a page from its template, in one language.

A template has three kinds of places: elements with `data-text`, which are empty and get a text;
`{{name}}`, which gets a value; and `<!-- name -->`, which gets markup. All are filled in one pass,
so no value is taken for a place. Before that, `<!-- name -->` is replaced by `parts/name.html`, if
there is such a file: pages have these parts in common.
"""

import html
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from shared.pages.appearance import Appearance
from shared.pages.site_files import site_files
from shared.pages.texts import as_data, as_markup, texts_of

_PLACE = re.compile(
    r'(?P<opening><(?P<tag>[a-z0-9]+)\b[^>]*\sdata-text="(?P<key>[^"]+)"[^>]*>)(?=</(?P=tag)>)'
    r"|\{\{(?P<value>\w+)\}\}"
    r"|<!-- (?P<markup>[a-z-]+) -->"
)
_PART = re.compile(r"<!-- ([a-z-]+) -->")

type Values = Mapping[str, str]
type Pairs = tuple[tuple[str, str], ...]


def render(
    page: str, language: str, appearance: Appearance, values: Values, *, markup: Values
) -> bytes:
    """`page` is the name of a template, such as `openid/sign_in`. `values` are texts, and `markup`
    is put in as it is. Texts have places for values too."""
    known = {"language": language, "name": appearance.name, "logo": appearance.logo_address}
    values = known | dict(values)
    markup = {"appearance": appearance.links, **markup}
    texts = texts_of(page, language)

    def fill(place: re.Match[str]) -> str:
        if place["opening"]:
            key = _PLACE.sub(fill, place["key"])
            return _PLACE.sub(fill, place["opening"]) + as_markup(texts[key], values)
        if place["value"]:
            return html.escape(values[place["value"]])
        if place["markup"] == "texts":
            return f'<meta name="texts" content="{html.escape(as_data(texts, values))}">'
        return markup[place["markup"]]

    return _PLACE.sub(fill, template_of(page)).encode()


@cache
def template_of(page: str) -> str:
    """With the parts that it has in common with others."""
    files = site_files()

    def insert(place: re.Match[str]) -> str:
        part = files.get(f"parts/{place[1]}.html")
        return place[0] if part is None else part.decode().strip()

    return _PART.sub(insert, files[f"{page}.html"].decode())


@lru_cache
def render_once(
    page: str, language: str, appearance: Appearance, values: Pairs = (), markup: Pairs = ()
) -> bytes:
    """A page that is the same for everybody who reads that language."""
    return render(page, language, appearance, dict(values), markup=dict(markup))
