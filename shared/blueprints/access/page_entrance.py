"""The pages below `/.touchstone` of each protected site: its proxy hands these requests over."""

import azure.functions as func

from shared import wiring
from shared.access.web import journey, visit
from shared.access.web_addresses.hosts import Site
from shared.access_broker.web.entering import Arrived, Begun
from shared.blueprints.access.page_answers import (
    SIGN_OUT,
    own_origin,
    refusal_response,
    site_page,
)
from shared.blueprints.access.page_proxies import read_site
from shared.errors import CsrfRefused, MalformedRequest
from shared.errors.web import PageUnclear, WebRefusal
from shared.handling.endpoint import Endpoint, Handler, endpoint
from shared.handling.pages import language_for
from shared.http.cookies import read_cookie, write_cookie
from shared.http.requests import read_query_pairs
from shared.http.responses import see_other
from shared.pages.rendering import render


def site_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, and a refusal is shown as one of a page at that site."""

    async def answer(req: func.HttpRequest) -> func.HttpResponse:
        try:
            return await handler(req)
        except WebRefusal as refusal:
            return refusal_response(req, refusal)

    answer.__name__, answer.__doc__ = handler.__name__, handler.__doc__
    return endpoint(answer)


@site_endpoint
async def page_start(req: func.HttpRequest) -> func.HttpResponse:
    site, asked = read_site(req), _parameters(req)
    found = await wiring.service().page_entering.begin(
        site,
        asked.get("to", "/"),
        again=asked.get("again") == "1",
        cookie=read_cookie(req, visit.COOKIE),
        verifier=read_cookie(req, journey.COOKIE),
    )
    if isinstance(found, Begun):
        cookie = _cookie(journey.COOKIE, found.verifier, journey.SECONDS)
        return _see_other(found.location, cookie)
    return see_other(found)


@site_endpoint
async def page_callback(req: func.HttpRequest) -> func.HttpResponse:
    arrived = await wiring.service().page_entering.arrive(
        read_site(req), _parameters(req), verifier=read_cookie(req, journey.COOKIE)
    )
    return _arrival(req, arrived)


def _arrival(req: func.HttpRequest, arrived: Arrived) -> func.HttpResponse:
    cookie = _cookie(visit.COOKIE, arrived.cookie, arrived.cookie_seconds)
    if arrived.refusal is None:
        return _see_other(arrived.location, cookie)
    response = refusal_response(req, arrived.refusal)
    response.headers.add("Set-Cookie", cookie)
    return response


@site_endpoint
async def page_ask_sign_out(req: func.HttpRequest) -> func.HttpResponse:
    """Any site can send a browser here, so nothing ends yet."""
    read_site(req)
    language, appearance = language_for(req), wiring.settings().appearance
    content = render("web/sign_out", language, appearance, {"action": SIGN_OUT}, markup={})
    # With "no-referrer" the form would say that its origin is "null".
    headers = {"Referrer-Policy": "same-origin"}
    # Chromium applies the rule for forms to where the answer leads, too.
    return site_page(content, status=200, headers=headers, form_action=f"'self' {own_origin()}")


@site_endpoint
async def page_sign_out(req: func.HttpRequest) -> func.HttpResponse:
    """The session ends, at all sites. The browser may have another one at our own pages, so it goes
    on there: they say that nobody is signed in, or ask about that one."""
    site = read_site(req)
    _require_own_page(req, site)
    await wiring.service().page_leaving.leave(site, cookie=read_cookie(req, visit.COOKIE))
    address = f"{own_origin()}/sign-out?ui_locales={language_for(req)}"
    return _see_other(address, _cookie(visit.COOKIE, "", 0))


def _require_own_page(req: func.HttpRequest, site: Site) -> None:
    """The cookie does not come with a form of another domain, but with one of a sister host."""
    if req.headers.get("origin") != site.origin:
        raise CsrfRefused("Origin is not that of this site.")


def _parameters(req: func.HttpRequest) -> dict[str, str]:
    """Raises PageUnclear if one is repeated."""
    try:
        pairs = read_query_pairs(req)
    except MalformedRequest as error:
        raise PageUnclear(str(error)) from error
    if len(dict(pairs)) != len(pairs):
        raise PageUnclear("A parameter occurs twice.")
    return dict(pairs)


def _see_other(location: str, cookie: str) -> func.HttpResponse:
    response = see_other(location)
    response.headers.add("Set-Cookie", cookie)
    return response


def _cookie(name: str, value: str, seconds: int) -> str:
    """Lax: the browser comes back from another site, and people follow links from elsewhere."""
    return write_cookie(name, value, seconds, same_site="Lax")
