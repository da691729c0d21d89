"""GET and POST /authorize, and what our page sends."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
import pytest

from shared.relying_party.sessions.token_issue import Issue
from shared.sealed import LONGEST
from shared.sessions.access_token import Scope
from shared.sessions.binding import bound_to_key
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, request_in
from tests.dpop import ClientKey
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import REDIRECT_URI
from tests.storage_transport import RecordingTransport

POLICY = "Content-Security-Policy"


class Form(HTMLParser):
    def __init__(self, page: func.HttpResponse) -> None:
        super().__init__()
        self.action, self.fields, self.scripts = "", dict[str, str](), list[str]()
        self.links = list[str]()
        self.feed(page.get_body().decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"] or ""
        if tag == "input":
            self.fields[given["name"] or ""] = given["value"] or ""
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        if tag == "a":
            self.links.append(given["href"] or "")


def policy(response: func.HttpResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers[POLICY].split(";"))
    return {name: value for name, _, value in parts}


def query(location: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location).query))


async def test_both_methods_lead_to_our_page(web: Web, strangers: Browser) -> None:
    assert request_in(await strangers.open(parameters()))
    assert request_in(await web.post("/authorize", parameters()))


async def test_a_request_is_in_no_log_of_a_proxy(strangers: Browser) -> None:
    """What is in the fragment of an address is sent to no server."""
    response = await strangers.open(parameters())
    assert urlsplit(response.headers["Location"])[:4] == ("", "", "/sign-in", "")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_longest_request_fits_in_what_our_page_sends(browser: Browser) -> None:
    longest = {"state": "x" * 2048, "nonce": "x" * 2048, "login_hint": "x" * 300}
    sealed = await browser.brings(**longest)
    assert len(sealed) < LONGEST
    found = await browser.step(sealed)
    assert query(found["location"])["state"] == longest["state"]


async def test_somebody_who_is_signed_in_goes_straight_back(browser: Browser) -> None:
    found = await browser.step(await browser.brings())
    assert found["step"] == "answer"
    assert found["location"].startswith(f"{REDIRECT_URI}?code=")
    assert query(found["location"])["iss"] == ORIGIN


async def test_our_page_learns_what_to_show(strangers: Browser) -> None:
    sealed = await strangers.brings(client_id="others", scope="openid profile", login_hint="alice")
    assert await strangers.step(sealed) == {
        "step": "sign-in",
        "client": {
            "name": "Another <application>",
            "logo": None,
            "leadsTo": "app.example.com",
        },
        "scope": ["openid", "profile"],
        "resources": [],
        "loginHint": "alice",
        "username": None,
    }


async def test_a_person_consents_at_our_page(browser: Browser) -> None:
    sealed = await browser.brings(client_id="others")
    assert (await browser.step(sealed))["step"] == "consent"
    assert (await browser.step(sealed, consents=True))["step"] == "answer"


async def test_a_person_may_decline(browser: Browser) -> None:
    found = await browser.step(await browser.brings(), declines=True)
    assert query(found["location"])["error"] == "access_denied"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": "wrong"},
        {"X-CSRF-Token": ""},
    ],
    ids=["origin", "site", "wrong token", "no token"],
)
async def test_no_other_page_answers_in_the_place_of_a_person(
    browser: Browser, headers: dict[str, str]
) -> None:
    """CSRF: a page of a thief would have the person consent, or get a code."""
    body = {"request": await browser.brings(client_id="others"), "consents": True}
    response = await browser.send_step(body, **headers)
    assert response.status_code == 403
    assert body_of(response)["type"].endswith("#csrf-refused")


async def test_no_other_page_asks_for_a_stranger(strangers: Browser) -> None:
    body = {"request": await strangers.brings()}
    response = await strangers.send_step(body, Origin="https://evil.example")
    assert response.status_code == 403


async def test_an_application_does_not_consent_in_the_place_of_a_person(
    web: Web, browser: Browser, party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """Not even one that has a token for the whole account."""
    key = ClientKey()
    party.issue = Issue(bound_to_key(key.thumbprint), Scope.ACCOUNT)
    token = (await party.sign_in(alices)).tokens.access_token
    proof = key.prove(
        "POST",
        f"{ORIGIN}/authorize/step",
        token=token,
        changed={"iat": int(party.clock.now.timestamp())},
    )
    body = {"request": await browser.brings()}
    response = await browser.send_step(body, Authorization=f"DPoP {token}", DPoP=proof)
    assert response.status_code == 403


@pytest.mark.parametrize("text", ["", "x", "x" * 20_000, None, 1])
async def test_a_made_up_request_is_refused(
    browser: Browser, transport: RecordingTransport, text: object
) -> None:
    transport.forget()
    response = await browser.send_step({"request": text})
    assert response.status_code == 400
    assert transport.names == []


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": None},
        {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
    ],
)
async def test_an_unverified_address_is_shown_as_an_error_of_ours(
    strangers: Browser, changes: dict[str, str | None]
) -> None:
    for mode in ("query", "form_post"):
        response = await strangers.open(parameters(response_mode=mode, **changes))
        assert response.status_code == 400
        assert response.mimetype == "text/html"
        assert "Location" not in response.headers
        assert b"evil.example" not in response.get_body()
        form = Form(response)
        assert (form.action, form.links, form.scripts) == ("", [], [])
        assert policy(response)["frame-ancestors"] == "'none'"
        assert policy(response)["form-action"] == "'none'"


async def test_an_error_goes_to_a_verified_client(strangers: Browser) -> None:
    response = await strangers.open(parameters(max_age="soon"))
    assert response.status_code == 303
    found = query(response.headers["Location"])
    assert found["error"] == "invalid_request"
    assert (found["state"], found["iss"]) == ("the state", ORIGIN)


async def test_a_wrong_configuration_is_told_before_the_client_shows_an_empty_page(
    strangers: Browser,
) -> None:
    """As ASP.NET Core does for every error; its bare defaults ask for an ID token."""
    asked = parameters(response_type="id_token", client_id="others", scope="openid profile")
    response = await strangers.open(asked)
    assert response.status_code == 400
    assert b"options.ResponseType = &quot;code&quot;" in response.get_body()
    assert b"Go on to Another &lt;application&gt;" in response.get_body()
    (link,) = Form(response).links
    assert query(link)["error"] == "unsupported_response_type"
    posted = await strangers.open(asked | {"response_mode": "form_post"})
    form = Form(posted)
    assert (form.action, form.fields["error"]) == (REDIRECT_URI, "unsupported_response_type")
    assert policy(posted)["form-action"] == "https://app.example.com"


async def test_a_client_that_allows_no_page_gets_the_error_at_once(strangers: Browser) -> None:
    response = await strangers.open(parameters(response_type="id_token", prompt="none"))
    assert response.status_code == 303
    framed = await strangers.open(parameters(response_type="id_token"), Sec_Fetch_Dest="iframe")
    assert framed.status_code == 303


async def test_a_frame_gets_no_page_of_ours(strangers: Browser) -> None:
    response = await strangers.open(parameters(), Sec_Fetch_Dest="iframe")
    assert query(response.headers["Location"])["error"] == "login_required"


async def test_an_error_may_be_a_form_too(strangers: Browser) -> None:
    response = await strangers.open(parameters(max_age="soon", response_mode="form_post"))
    assert Form(response).fields["error"] == "invalid_request"


async def test_an_answer_as_a_form_goes_to_the_client_alone(browser: Browser, web: Web) -> None:
    state = '"><script>alert(1)</script>'
    found = await browser.step(await browser.brings(response_mode="form_post", state=state))
    assert "location" not in found
    response = await web.post("/authorize/answer", {"answer": found["answer"]}, Origin=ORIGIN)
    form = Form(response)
    assert (response.status_code, form.action) == (200, REDIRECT_URI)
    assert form.fields.keys() == {"code", "state", "iss"}
    assert form.fields["state"] == state
    assert form.scripts == ["/assets/openid/form_post.js"]
    assert b"<button" in response.get_body()  # for browsers without scripts
    found_policy = policy(response)
    assert found_policy["form-action"] == "https://app.example.com"
    assert found_policy["script-src"] == "'self'"
    assert found_policy["frame-ancestors"] == "'none'"
    assert response.headers["Cache-Control"] == "no-store"


async def test_only_our_page_has_an_answer_shown(web: Web, browser: Browser) -> None:
    found = await browser.step(await browser.brings(response_mode="form_post"))
    for headers in ({}, {"Origin": "https://evil.example"}):
        response = await web.post("/authorize/answer", {"answer": found["answer"]}, **headers)
        assert response.status_code == 403
    for answer in ("x", await browser.brings()):
        response = await web.post("/authorize/answer", {"answer": answer}, Origin=ORIGIN)
        assert response.status_code == 400


async def test_repeated_parameters_of_a_query_are_seen(web: Web, strangers: Browser) -> None:
    """The worker shows only one of them."""
    pairs = [*parameters().items(), ("scope", "openid profile")]
    for response in (
        await web.post("/authorize", pairs),
        await strangers.open(pairs),
    ):
        assert query(response.headers["Location"])["error"] == "invalid_request"
