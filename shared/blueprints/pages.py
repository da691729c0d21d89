"""Pages and their static files, with security headers."""

import html
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import azure.functions as func

from shared import wiring
from shared.audit.event import Kind
from shared.errors import NotFound
from shared.handling.endpoint import light_endpoint
from shared.handling.pages import language_for, lasting_page
from shared.http.pages import security_headers
from shared.http.problems import PROBLEMS
from shared.pages.appearance import FOLDER, Appearance
from shared.pages.languages import LANGUAGES
from shared.pages.rendering import render
from shared.pages.site_files import MEDIA_TYPES, site_files


@light_endpoint
async def index(req: func.HttpRequest) -> func.HttpResponse:
    """The host does not allow an empty route, but allows a segment without characters."""
    return _respond(req, lasting_page("home/index", LANGUAGES[0]))


@light_endpoint
async def sign_in_page(req: func.HttpRequest) -> func.HttpResponse:
    """The page for a sign-in at a client. What is asked is in the fragment of its address, sealed:
    it does not get into the logs of proxies, and may be long."""
    headers = security_headers(answers_elsewhere=True, form_action="'self'")
    return _translated(req, "openid/sign_in", headers=_with_logos(headers))


@light_endpoint
async def device_page(req: func.HttpRequest) -> func.HttpResponse:
    """Nothing in its address counts: a person has to type the code of the device."""
    return _translated(req, "openid/device", headers=_with_logos(security_headers()))


@light_endpoint
async def approve_page(req: func.HttpRequest) -> func.HttpResponse:
    """The approval's ID is in the fragment of its address, so that no log has it."""
    return _translated(req, "access/approve", headers=security_headers())


@light_endpoint
async def requests_page(req: func.HttpRequest) -> func.HttpResponse:
    """What its visitor may ask for, asked for, and decides about."""
    return _translated(req, "access/requests", headers=security_headers())


@light_endpoint
async def sign_out_page(req: func.HttpRequest) -> func.HttpResponse:
    """Without a request in the fragment, the person comes by themselves."""
    return _translated(req, "openid/sign_out", headers=security_headers())


@light_endpoint
async def audit_page(req: func.HttpRequest) -> func.HttpResponse:
    """The page itself is public, and checks receipts for anybody. It asks for the log as the
    visitor, who needs the role."""
    policy = wiring.settings().policy
    own = {"rpId": policy.rp_id, "origins": " ".join(policy.origins)}
    kinds = {"kinds": "".join(f"<option>{kind.value}</option>" for kind in Kind)}
    return _translated(req, "audit/audit", headers=security_headers(), values=own, markup=kinds)


def _translated(
    req: func.HttpRequest,
    page: str,
    *,
    headers: Mapping[str, str],
    values: Mapping[str, str] | None = None,
    markup: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    language = language_for(req, ui_locales=req.params.get("ui_locales", ""))
    varying = {**headers, "Vary": "Accept-Language"}
    content = lasting_page(page, language, values=values, markup=markup)
    return _respond(req, content, headers=varying)


@light_endpoint
async def asset(req: func.HttpRequest) -> func.HttpResponse:
    folder, name = req.route_params["folder"], req.route_params["name"]
    if folder == FOLDER:
        found = wiring.settings().appearance.find_file(name)
    else:
        found = _find_file(f"{folder}/{name}")
    if found is None:
        raise NotFound
    return _respond(req, found[0], media_type=found[1])


def _find_file(name: str) -> tuple[bytes, str] | None:
    """Templates are no files for browsers."""
    content, media_type = site_files().get(name), MEDIA_TYPES.get(Path(name).suffix, "")
    return None if content is None or name.endswith(".html") else (content, media_type)


@light_endpoint
async def problems(req: func.HttpRequest) -> func.HttpResponse:
    """The `type` of every problem points to this page."""
    return _respond(req, _problems_page(wiring.settings().appearance))


def _with_logos(headers: Mapping[str, str]) -> dict[str, str]:
    policy = headers["Content-Security-Policy"].replace("img-src", "img-src data:")
    return {**headers, "Content-Security-Policy": policy}


def _respond(
    req: func.HttpRequest,
    content: bytes,
    *,
    media_type: str = "text/html",
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    sent = {"Cache-Control": "no-cache", "ETag": etag, **(headers or security_headers())}
    if req.headers.get("if-none-match") == etag:
        # Without its type, a browser takes a file that another site uses for another thing.
        return func.HttpResponse(
            status_code=304, headers=sent, mimetype=media_type, charset="utf-8"
        )
    return func.HttpResponse(content, headers=sent, mimetype=media_type, charset="utf-8")


@cache
def _problems_page(appearance: Appearance) -> bytes:
    sections = "".join(
        f'<section id="{problem.slug}"><h2>{html.escape(problem.title)}</h2>'
        f"<p><code>{problem.slug}</code>, status {problem.status}</p>"
        f"<p>{html.escape(problem.detail)}</p></section>"
        for problem in PROBLEMS.values()
    )
    markup = {"problems": sections}
    return render("problems/problems", LANGUAGES[0], appearance, {}, markup=markup)
