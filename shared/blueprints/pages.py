"""Pages and their static files, with security headers."""

import html
from functools import cache
from hashlib import sha256
from pathlib import Path

import azure.functions as func

from shared.errors import NotFound
from shared.handling.endpoint import light_endpoint
from shared.http.problems import PROBLEMS
from shared.http.routes import Routes

bp = Routes()

_FOLDER = Path(__file__).parent.parent / "site"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@bp.route("{ignored:maxlength(0)?}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@light_endpoint
async def index(req: func.HttpRequest) -> func.HttpResponse:
    """The host does not allow an empty route, but allows a segment without characters."""
    return _serve(req, "home/index.html")


@bp.route("audit", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@light_endpoint
async def audit_page(req: func.HttpRequest) -> func.HttpResponse:
    """The page itself is public. It asks for its data as the visitor, who needs the role."""
    return _serve(req, "audit/audit.html")


@bp.route("assets/{folder}/{name}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@light_endpoint
async def asset(req: func.HttpRequest) -> func.HttpResponse:
    return _serve(req, "{folder}/{name}".format_map(req.route_params))


@bp.route("problems", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@light_endpoint
async def problems(req: func.HttpRequest) -> func.HttpResponse:
    """The `type` of every problem points to this page."""
    return _respond(req, _problems_page(), media_type="text/html")


def _serve(req: func.HttpRequest, name: str) -> func.HttpResponse:
    content = _files().get(name)
    if content is None:
        raise NotFound
    return _respond(req, content, media_type=_MEDIA_TYPES[Path(name).suffix])


def _respond(req: func.HttpRequest, content: bytes, *, media_type: str) -> func.HttpResponse:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag, **_SECURITY_HEADERS}
    if req.headers.get("if-none-match") == etag:
        return func.HttpResponse(status_code=304, headers=headers)
    return func.HttpResponse(content, headers=headers, mimetype=media_type, charset="utf-8")


@cache
def _files() -> dict[str, bytes]:
    """Every file by its path within the site. A request can get no other file from the disk."""
    return {
        path.relative_to(_FOLDER).as_posix(): path.read_bytes()
        for path in _FOLDER.rglob("*")
        if path.suffix in _MEDIA_TYPES
    }


@cache
def _problems_page() -> bytes:
    sections = "".join(
        f'<section id="{problem.slug}"><h2>{html.escape(problem.title)}</h2>'
        f"<p><code>{problem.slug}</code>, status {problem.status}</p>"
        f"<p>{html.escape(problem.detail)}</p></section>"
        for problem in PROBLEMS.values()
    )
    template = _files()["problems/problems.html"].decode()
    return template.replace("<!-- problems -->", sections).encode()
