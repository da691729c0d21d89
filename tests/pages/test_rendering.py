"""What somebody sent is a text in a page, and never markup or a place."""

from html.parser import HTMLParser
from json import loads

import pytest

from shared.pages.appearance import Appearance
from shared.pages.colours import read_accent
from shared.pages.rendering import render, render_once, template_of
from shared.pages.site_files import site_files
from shared.pages.texts import form_fields

NASTY = '"><script>alert(1)</script>&{{action}}{client}<!-- fields --><!-- texts -->'
PLAIN = Appearance(name="Desk & more", logo=None, accent=None)
PNG = b"\x89PNG\r\n\x1a\n"
DRESSED = Appearance(
    name="Desk",
    logo="data:image/png;base64,iVBORw0KGgo=",
    accent=read_accent(("#1f6feb",)),
)


class Read(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_a_form_has_every_field_and_nothing_that_was_sent_is_markup() -> None:
    fields = {"code": "c", "state": NASTY, NASTY: "x"}
    uri = "https://app.example.com/cb?a=1&b=<{{action}}"
    markup = {"fields": form_fields(fields)}
    page = Read(render("openid/form_post", "en", PLAIN, {"action": uri}, markup=markup))
    assert page.all("form")[0]["action"] == uri
    assert {each["name"]: each["value"] for each in page.all("input")} == fields
    assert len(page.all("script")) == 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_error_shows_what_was_sent_as_text(language: str) -> None:
    values = {"situation": "misconfigured", "client": NASTY, "error": NASTY, "description": NASTY}
    page = Read(render("openid/error", language, PLAIN, values, markup={"way-on": ""}))
    assert page.text.count(NASTY) == 3
    assert page.all("script") == []
    assert page.all("html") == [{"lang": language}]
    assert "Desk & more" in page.text


def test_each_part_that_pages_share_is_in_a_page_and_none_is_left_out() -> None:
    names = {name.removesuffix(".html") for name in site_files() if name.endswith(".html")}
    parts = {name for name in names if name.startswith("parts/")}
    pages = [(site_files()[f"{name}.html"].decode(), template_of(name)) for name in names - parts]
    for part in (name.removeprefix("parts/") for name in parts):
        assert any(f"<!-- {part} -->" in written for written, _ in pages)
        assert not any(f"<!-- {part} -->" in whole for _, whole in pages)
    assert len(parts) == 6


def test_a_script_gets_the_texts_of_its_page_in_one_language() -> None:
    english, german = (
        Read(render_once("openid/sign_in", language, PLAIN)) for language in ("en", "de")
    )
    assert "Sign in with a passkey" in english.text
    assert "Mit einem Passkey anmelden" in german.text
    for page, allow in ((english, "Allow"), (german, "Erlauben")):
        (content,) = [each["content"] for each in page.all("meta") if each.get("name") == "texts"]
        texts = loads(content or "")
        assert texts["allow"] == allow
        assert texts["pageTitle"].startswith("Desk & more: ")
        assert texts["resource"].endswith(" {address}")


def test_an_application_fills_what_the_server_does_not_know() -> None:
    page = Read(render_once("openid/sign_in", "de", PLAIN))
    filled = [each["data-value"] for each in page.all("strong") if "data-value" in each]
    assert filled == ["place", *["username"] * 3]


def test_pages_have_the_look_that_the_operator_wants() -> None:
    page = Read(render_once("home/index", "en", DRESSED))
    links = {each["rel"]: each["href"] for each in page.all("link")}
    assert links["icon"] == "/assets/appearance/logo"
    assert page.all("img")[0]["src"] == "/assets/appearance/logo"
    assert [each["href"] for each in page.all("link")][-1] == "/assets/appearance/accent.css"
    assert DRESSED.find_file("logo") == (PNG, "image/png")
    assert DRESSED.find_file("accent.css")
    assert page.all("title")
    assert "Touchstone" not in page.text.partition("Your passkeys")[0]


def test_without_settings_pages_look_like_the_product() -> None:
    page = Read(render_once("home/index", "en", PLAIN))
    assert page.all("img")[0]["src"] == "/assets/common/favicon.svg"
    assert not [each for each in page.all("link") if "appearance" in (each["href"] or "")]
    assert PLAIN.find_file("logo") is None
    assert PLAIN.find_file("accent.css") is None
    assert DRESSED.find_file("other") is None
