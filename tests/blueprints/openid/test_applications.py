"""GET and DELETE /applications, for a person at our page."""

import json
from typing import Any

import azure.functions as func

from shared.blueprints.openapi import read_description
from tests.api_description import ApiDescription
from tests.blueprints.openid.web import Browser, Web, body_of, redemption
from tests.harness.service_harness import ORIGIN

OFFLINE = "openid profile offline_access"
DESCRIPTION = ApiDescription(read_description())


async def send(browser: Browser, method: str, path: str) -> func.HttpResponse:
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    response = await browser.web.send(
        method, path, Cookie=jar, Origin=ORIGIN, X_CSRF_Token=browser.csrf
    )
    raw, headers = response.get_body(), {**response.headers, "Content-Type": response.mimetype}
    DESCRIPTION.check(
        method,
        path,
        status=response.status_code,
        headers=headers,
        body=json.loads(raw) if raw else None,
    )
    return response


async def listed(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(await send(browser, "GET", "/applications"))[
        "applications"
    ]
    return found


async def test_a_person_sees_and_ends_what_an_application_has(web: Web, browser: Browser) -> None:
    sealed = await browser.brings(client_id="others", scope=OFFLINE)
    found = await browser.step(sealed, consents=True)
    code = str(found["location"]).partition("code=")[2].partition("&")[0]
    await web.post("/token", redemption(code, client_id="others"))
    (shown,) = await listed(browser)
    assert shown["client"] == "others"
    assert (len(shown["signedIn"]), len(shown["offline"])) == (1, 1)
    assert shown["offline"][0]["scope"] == OFFLINE.split()
    assert shown["consent"]["scope"] == sorted(OFFLINE.split())
    assert shown["consent"]["resources"] == []
    path = f"/applications/{shown['id']}"
    assert (await send(browser, "DELETE", path)).status_code == 204
    assert await listed(browser) == []
    for gone in (path, "/applications/AAAA", "/applications/not*base64"):
        assert (await send(browser, "DELETE", gone)).status_code == 404
