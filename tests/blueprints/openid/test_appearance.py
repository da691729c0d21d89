"""The pages in the language of whoever asks, with the look that the operator wants."""

import pytest

from shared import wiring
from tests.blueprints.openid.test_authorizing import Form
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, request_in
from tests.harness.service_harness import ORIGIN, ServiceHarness

LOGO = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
ENGLISH, GERMAN = b'<html lang="en">', b'<html lang="de">'


@pytest.fixture
def dressed(web: Web, party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Web:
    settings = party.restarted(RP_NAME="Desk", RP_LOGO=LOGO, RP_ACCENT="#1f6feb").settings
    monkeypatch.setattr(wiring, "settings", lambda: settings)
    return web


async def test_logo_and_colour_come_from_here_and_may_do_nothing(dressed: Web) -> None:
    logo = await dressed.send("GET", "/assets/appearance/logo")
    style = await dressed.send("GET", "/assets/appearance/accent.css")
    page = await dressed.send("GET", "/sign-in")
    assert (logo.mimetype, logo.get_body()[:4]) == ("image/png", b"\x89PNG")
    assert (style.mimetype, b"--strong: #1f6feb" in style.get_body()) == ("text/css", True)
    assert b"/assets/appearance/accent.css" in page.get_body()
    assert b"<p>Desk</p>" in page.get_body()
    for response in (logo, style, page):
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["ETag"]
    assert "img-src data: 'self';" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["appearance/logo", "appearance/accent.css", "home/index.html"])
async def test_there_is_nothing_that_was_not_set_and_no_template(web: Web, name: str) -> None:
    assert (await web.send("GET", f"/assets/{name}")).status_code == 404


async def test_a_page_says_on_what_its_language_depends(web: Web) -> None:
    german = await web.send("GET", "/sign-in", Accept_Language="de-CH,en;q=0.1")
    english = await web.send("GET", "/sign-in?ui_locales=en", Accept_Language="de")
    assert GERMAN in german.get_body()
    assert ENGLISH in english.get_body()
    assert german.headers["Vary"] == "Accept-Language, Origin"
    assert german.headers["ETag"] != english.headers["ETag"]


async def test_what_the_application_wants_goes_with_the_person(
    web: Web, strangers: Browser, browser: Browser
) -> None:
    response = await strangers.open(parameters(ui_locales="fr de-AT en"))
    assert response.headers["Location"].startswith("/sign-in?ui_locales=de#request=")
    assert request_in(response)
    found = await browser.step(await browser.brings(response_mode="form_post"))
    answer = {"answer": found["answer"], "ui_locales": "de"}
    assert GERMAN in (await web.post("/authorize/answer", answer, Origin=ORIGIN)).get_body()


@pytest.mark.parametrize(
    "changes", [{"client_id": "nobody"}, {"response_type": "id_token"}], ids=["unknown", "wrong"]
)
async def test_an_error_is_in_the_language_of_the_application_or_the_browser(
    strangers: Browser, changes: dict[str, str]
) -> None:
    by_application = await strangers.open(parameters(**changes, ui_locales="de"))
    by_browser = await strangers.open(parameters(**changes), Accept_Language="de")
    neither = await strangers.open(parameters(**changes), Accept_Language="fr")
    assert by_application.get_body() == by_browser.get_body()
    assert GERMAN in by_browser.get_body()
    assert ENGLISH in neither.get_body()
    assert b'<p lang="en">' in by_browser.get_body()  # what is for developers


async def test_a_way_on_stays_in_the_language(web: Web) -> None:
    refused = await web.send("GET", "/logout?client_id=nobody&ui_locales=de", Accept_Language="en")
    assert Form(refused).links == ["/sign-out?ui_locales=de"]
    assert "Hier abmelden" in refused.get_body().decode()


async def test_the_page_asks_no_more_than_it_shows(strangers: Browser) -> None:
    sealed = await strangers.brings(ui_locales="de")
    assert "languages" not in body_of(await strangers.send_step({"request": sealed}))
