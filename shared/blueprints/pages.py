"""Pages and their static files, with security headers."""

import html
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import azure.functions as func

from shared.errors import NotFound
from shared.handling.endpoint import light_endpoint
from shared.http.pages import MEDIA_TYPES, security_headers, site_files
from shared.http.problems import PROBLEMS


@light_endpoint
async def index(req: func.HttpRequest) -> func.HttpResponse:
    """The host does not allow an empty route, but allows a segment without characters."""
    return _serve(req, "home/index.html")


@light_endpoint
async def sign_in_page(req: func.HttpRequest) -> func.HttpResponse:
    """The page for a sign-in at a client. What is asked is in the fragment of its address, sealed:
    it does not get into the logs of proxies, and may be long."""
    headers = security_headers(answers_elsewhere=True, form_action="'self'")
    return _serve(req, "openid/sign_in.html", headers=_with_logos(headers))


@light_endpoint
async def device_page(req: func.HttpRequest) -> func.HttpResponse:
    """Nothing in its address counts: a person has to type the code of the device."""
    return _serve(req, "openid/device.html", headers=_with_logos(security_headers()))


@light_endpoint
async def sign_out_page(req: func.HttpRequest) -> func.HttpResponse:
    """Without a request in the fragment, the person comes by themselves."""
    return _serve(req, "openid/sign_out.html")


@light_endpoint
async def audit_page(req: func.HttpRequest) -> func.HttpResponse:
    """The page itself is public. It asks for its data as the visitor, who needs the role."""
    return _serve(req, "audit/audit.html")


@light_endpoint
async def asset(req: func.HttpRequest) -> func.HttpResponse:
    return _serve(req, "{folder}/{name}".format_map(req.route_params))


@light_endpoint
async def problems(req: func.HttpRequest) -> func.HttpResponse:
    """The `type` of every problem points to this page."""
    return _respond(req, _problems_page(), media_type="text/html")


def _with_logos(headers: Mapping[str, str]) -> dict[str, str]:
    policy = headers["Content-Security-Policy"].replace("img-src", "img-src data:")
    return {**headers, "Content-Security-Policy": policy}


def _serve(
    req: func.HttpRequest, name: str, *, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    content = site_files().get(name)
    if content is None:
        raise NotFound
    media_type = MEDIA_TYPES[Path(name).suffix]
    return _respond(req, content, media_type=media_type, headers=headers)


def _respond(
    req: func.HttpRequest,
    content: bytes,
    *,
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    sent = {"Cache-Control": "no-cache", "ETag": etag, **(headers or security_headers())}
    if req.headers.get("if-none-match") == etag:
        return func.HttpResponse(status_code=304, headers=sent)
    return func.HttpResponse(content, headers=sent, mimetype=media_type, charset="utf-8")


@cache
def _problems_page() -> bytes:
    sections = "".join(
        f'<section id="{problem.slug}"><h2>{html.escape(problem.title)}</h2>'
        f"<p><code>{problem.slug}</code>, status {problem.status}</p>"
        f"<p>{html.escape(problem.detail)}</p></section>"
        for problem in PROBLEMS.values()
    )
    template = site_files()["problems/problems.html"].decode()
    return template.replace("<!-- problems -->", sections).encode()
