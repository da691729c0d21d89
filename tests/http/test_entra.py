"""The endpoints for Entra, as Entra and browsers call them."""

import re
import uuid
from urllib.parse import urlencode

import pytest

from devhost.azurite import Azurite
from shared.accounts.roles import Role
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.entra import TENANT, check_metadata, claims_asked
from tests.fakes.entra_server import EntraServer
from tests.http.administrators import sign_in_as
from tests.http.forms import post_form

AUTHORIZE = "/entra/authorize"
DISCOVERY = "/entra/.well-known/openid-configuration"


async def test_entra_accepts_the_discovery_document(api: Api) -> None:
    reply = await api.get(DISCOVERY)

    check_metadata(reply.json, discovery_url=api.issuer + DISCOVERY, headers=reply.headers)
    assert reply.headers.getall("Content-Length") == [str(len(reply.raw))]
    assert reply.json["issuer"] == f"{api.issuer}/entra"
    keys = await api.get(reply.json["jwks_uri"].removeprefix(api.issuer))
    assert all(key["x5c"] for key in keys.json["keys"])


async def test_the_request_goes_to_our_page_in_a_fragment(api: Api, entra: EntraServer) -> None:
    reply = await post_form(api, AUTHORIZE, entra.entra().form())

    path, _, request = reply.headers["Location"].partition("#")
    assert (reply.status, path) == (303, "sign-in")
    assert reply.headers["Cache-Control"] == "no-store"
    begun = await api.post("/entra/begin", {"request": request})
    assert begun.json["username"] == "ada@contoso.example"
    assert "ada" not in request


async def test_a_refusal_is_a_form_for_entra_that_sends_itself(
    api: Api, entra: EntraServer
) -> None:
    state = '"><script>alert(1)</script>{{action}}<!-- fields -->'
    form = entra.entra().form({"state": state, "claims": claims_asked(amr=["sms"])})
    reply = await post_form(api, AUTHORIZE, form)
    page = reply.raw.decode()

    assert reply.status == 200
    assert f'action="{entra.entra().redirect_uri}"' in page
    assert 'name="error" value="unmet_authentication_requirements"' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{action}}&lt;!-- fields --&gt;" in page
    assert page.count("<script") == 1
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("member", ["client_id", "redirect_uri"])
async def test_nothing_is_sent_to_an_unknown_address(
    api: Api, entra: EntraServer, member: str
) -> None:
    reply = await post_form(api, AUTHORIZE, entra.entra().form({member: "https://evil.example"}))
    page = reply.raw.decode()

    assert reply.status == 400
    assert member in page
    assert "evil.example" not in page
    assert "<form" not in page


async def test_the_page_leaves_the_window_to_the_application_that_opened_it(api: Api) -> None:
    """And lets Entra redirect to any application after the form."""
    page = await api.get("/entra/sign-in")
    policy = page.headers["Content-Security-Policy"]

    assert page.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert page.headers.getall("Referrer-Policy") == ["strict-origin"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "form-action" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page.raw.decode())
    for file in re.findall(r'"/(assets/[\w./-]+)"', page.raw.decode()):
        assert (await api.get(f"/{file}")).status == 200


@pytest.mark.parametrize(
    "body", [{}, {"request": ""}, {"request": 1}, {"request": "AQID", "link": "yes"}]
)
async def test_a_malformed_begin_is_refused(api: Api, body: object) -> None:
    assert (await api.post("/entra/begin", body)).status == 400


async def test_a_made_up_request_is_over(api: Api, authenticator: SoftAuthenticator) -> None:
    username = new_username()
    await api.register(authenticator, username)
    credential = authenticator.get(await api.begin_authentication(username))

    begun = await api.post("/entra/begin", {"request": "AQID"})
    finished = await api.post("/entra/finish", {"request": "AQID", "credential": credential})

    assert (begun.problem, finished.problem) == ("ceremony-not-found", "ceremony-not-found")


async def test_an_administrator_links_a_user_of_entra_to_an_account(
    api: Api, entra: EntraServer, authenticator: SoftAuthenticator, azurite: Azurite
) -> None:
    administrator = await sign_in_as(api, azurite.connection_string, Role.AUTHENTICATORS_ADMIN)
    username, object_id = new_username(), str(uuid.uuid4())
    await api.register(authenticator, username)
    user = (await api.sign_in(authenticator, username))["user"]
    link = {"issuer": f"{api.issuer}/entra", "subject": f"{TENANT}/{object_id}"}
    added = await api.post(f"/users/{user['id']}/links", link, token=administrator["access_token"])
    assert added.status == 204

    hint = entra.entra().hint({"oid": object_id})
    asked = await post_form(api, AUTHORIZE, entra.entra().form({"id_token_hint": hint}))
    request = asked.headers["Location"].partition("#")[2]
    begun = (await api.post("/entra/begin", {"request": request})).json
    credential = authenticator.get(begun["publicKey"])
    answer = await api.post("/entra/finish", {"request": request, "credential": credential})

    assert begun["situation"] == "confirm"
    assert answer.json["action"] == entra.entra().redirect_uri
    assert answer.json["fields"].keys() == {"id_token", "state"}


async def test_the_pages_are_in_the_language_of_the_browser(api: Api, entra: EntraServer) -> None:
    german = {
        "Accept-Language": "de-AT,en;q=0.5",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    page = await api.send("GET", "/entra/sign-in", headers=german)
    refused = await api.send("POST", AUTHORIZE, data=b"client_id=x", headers=german)
    wrong = urlencode(entra.entra().form({"claims": claims_asked(amr=["sms"])})).encode()
    answer = await api.send("POST", AUTHORIZE, data=wrong, headers=german)
    assert [reply.status for reply in (page, refused, answer)] == [200, 400, 200]
    for reply, said in ((page, "Mit einem Passkey"), (refused, "neu an"), (answer, "Weiter")):
        assert '<html lang="de">' in reply.raw.decode()
        assert said in reply.raw.decode()
