"""Texts are apart from pages and scripts, and each language says all that the others say."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shared.http.problems import web
from shared.pages.languages import LANGUAGES
from shared.pages.rendering import template_of
from shared.pages.texts import PLACE
from tests.test_architecture import REPOSITORY

SITE = REPOSITORY / "shared" / "site"
BLUEPRINTS = REPOSITORY / "shared" / "blueprints"
FILES = sorted(SITE.rglob("*.json"))
MESSAGES = SITE / "passkeys" / "messages.json"
OF_ALL_PAGES = (SITE / "common" / "texts.json", MESSAGES)
OF_A_FOLDER = [path for path in FILES if path.name == "texts.json" and path not in OF_ALL_PAGES]
"""Texts that the pages of one folder have together."""
ENGLISH = {"home", "problems"}
"""Folders of pages that are in English alone."""
PARTS = "parts"
"""Its templates are in those of pages."""
TEMPLATES = [
    path for path in sorted(SITE.rglob("*.html")) if path.parent.name not in ENGLISH | {PARTS}
]
KEY_IN_SCRIPT = re.compile(r'\b(?:text|textOr)\((?:"([^"]+)"|`([^`$]+)\$\{\w+\}`)')
KEY_IN_TEMPLATE = re.compile(r'data-text="([^"]+)"')
TABLES = {
    "failure": ("messages.js", "FAILURES"),
    "refusal": ("refusals.js", "REFUSALS"),
    "either": ("browser_failures.js", "EITHER"),
    "create": ("browser_failures.js", "CREATE"),
    "get": ("browser_failures.js", "GET"),
}
"""The messages about failures, and where their names are."""
WHOLE_MESSAGE = re.compile(r'\bmessage\("([^"]+)"')
SITUATIONS = {
    "openid/error.html": ("unverified", "misconfigured", "noLogout"),
    "web/refused.html": (
        *(each.slug for each in web.PROBLEMS.values() if each.status == 403),
        "page-check-failed",
    ),
    "web/sign_in.html": ("signedOut", "newGesture"),
}
"""What the place `situation` of a template stands for."""


def name_of(path: Path) -> str:
    return path.relative_to(SITE).as_posix()


def texts_in(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def keys_in(*paths: Path) -> set[str]:
    return {key for path in paths for key in texts_in(path)["en"]}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_language_has_all_texts_and_their_places(path: Path) -> None:
    languages = texts_in(path)
    assert languages.keys() == set(LANGUAGES)
    places = [
        {key: sorted(PLACE.findall(text)) for key, text in texts.items()}
        for texts in languages.values()
    ]
    assert all(each == places[0] for each in places)
    assert [list(texts) for texts in languages.values()] == [list(languages["en"])] * 2
    assert all(
        text.strip() == text != "" for texts in languages.values() for text in texts.values()
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nobody_forgot_to_translate(path: Path) -> None:
    english, german = (texts_in(path)[language] for language in ("en", "de"))
    assert [key for key in english if english[key] == german[key]] == []


class VisibleText(HTMLParser):
    """What a template says, in attributes too that are shown or read out."""

    SHOWN = ("alt", "aria-label", "placeholder", "title", "value")

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(template)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The value of an option is for the script."""
        shown = [name for name in self.SHOWN if (tag, name) != ("option", "value")]
        self.found += [value for name, value in attrs if name in shown and value]

    def handle_data(self, data: str) -> None:
        if re.sub(r"\{\{\w+\}\}", "", data).strip():
            self.found.append(data.strip())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    assert VisibleText(whole(path)).found == []


def whole(path: Path) -> str:
    return template_of(name_of(path.with_suffix("")))


def asked_for(path: Path) -> Iterator[str]:
    """The keys that the template asks for, and the page's script."""
    for key in KEY_IN_TEMPLATE.findall(whole(path)):
        situations = SITUATIONS.get(name_of(path), ("",))
        yield from (key.replace("{{situation}}", each) for each in situations)
    if (script := path.with_suffix(".js")).exists():
        yield from keys_in_script(script)


def keys_in_script(script: Path) -> Iterator[str]:
    """A key that ends in a dot is the beginning of several."""
    for whole, beginning in KEY_IN_SCRIPT.findall(script.read_text(encoding="utf-8")):
        yield whole or beginning


def of_folder(path: Path) -> list[Path]:
    return [texts for texts in OF_A_FOLDER if texts.parent == path.parent]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_page_has_each_text_that_it_asks_for(path: Path) -> None:
    have = keys_in(path.with_suffix(".json"), *of_folder(path), *OF_ALL_PAGES)
    asked = set(asked_for(path))
    assert asked
    assert {key for key in asked if not any(is_meant(key, each) for each in have)} == set()


def test_a_script_of_several_pages_has_each_text_that_it_asks_for() -> None:
    of_pages = {path.with_suffix(".js") for path in TEMPLATES}
    shared = [path for path in SITE.rglob("*.js") if path not in of_pages]
    asked = [(key, path) for path in shared for key in keys_in_script(path)]
    assert asked
    lacking = {
        key
        for key, path in asked
        if not any(is_meant(key, each) for each in keys_in(*of_folder(path), *OF_ALL_PAGES))
    }
    assert lacking == set()


OF_ONE_PAGE = [path for path in FILES if path not in (*OF_ALL_PAGES, *OF_A_FOLDER)]


@pytest.mark.parametrize("path", OF_ONE_PAGE, ids=name_of)
def test_no_text_of_a_page_is_unused(path: Path) -> None:
    asked = {*asked_for(path.with_suffix(".html")), *keys_in_blueprints()}
    assert [key for key in keys_in(path) if not any(is_meant(each, key) for each in asked)] == []


@pytest.mark.parametrize("path", OF_A_FOLDER, ids=name_of)
def test_no_text_of_a_folder_is_unused(path: Path) -> None:
    asked = {key for template in path.parent.glob("*.html") for key in asked_for(template)}
    asked |= {key for script in path.parent.glob("*.js") for key in keys_in_script(script)}
    assert [key for key in keys_in(path) if not any(is_meant(each, key) for each in asked)] == []


def test_no_text_of_all_pages_is_unused() -> None:
    asked = {key for path in TEMPLATES for key in asked_for(path)}
    asked |= {key for script in SITE.rglob("*.js") for key in keys_in_script(script)}
    asked |= set(keys_of_messages())
    unused = [key for key in keys_in(*OF_ALL_PAGES) if not any(is_meant(e, key) for e in asked)]
    assert unused == []


def test_each_failure_that_is_known_has_a_message() -> None:
    asked = set(keys_of_messages())
    assert len(asked) > 2 * len(TABLES)
    assert asked - keys_in(MESSAGES) == set()


def keys_of_messages() -> Iterator[str]:
    folder = MESSAGES.parent
    whole = {
        each for path in folder.glob("*.js") for each in WHOLE_MESSAGE.findall(path.read_text())
    }
    for prefix, (script, table) in TABLES.items():
        entries = re.search(
            rf"const {table} = {{\n(.*?)\n}};", (folder / script).read_text(), re.DOTALL
        )
        assert entries
        names = re.findall(r'^  "?([\w-]+)"?: [A-Z_]+,$', entries[1], re.MULTILINE)
        assert len(names) == entries[1].count("\n") + 1
        whole |= {f"{prefix}.{name}" for name in names}
    yield from (f"{key}.{part}" for key in whole for part in ("title", "text"))


def keys_in_blueprints() -> Iterator[str]:
    for path in BLUEPRINTS.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r'texts_of\([^)]*\)\["(\w+)"\]', text)
        yield from re.findall(r"texts\[f'(\w+\.)\{\w+\}'\]", text)


def is_meant(asked: str, key: str) -> bool:
    return key.startswith(asked) if asked.endswith(".") else key == asked
