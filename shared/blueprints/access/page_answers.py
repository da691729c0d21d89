"""What a proxy is answered that asked about a page, and hands on to the browser: a page of ours for
people, and a problem for programs."""

import html
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import azure.functions as func

from shared import wiring
from shared.access.web.journey import start_of
from shared.access.web_addresses.paths import OWN_PATHS
from shared.errors.base import TouchstoneError
from shared.errors.web import (
    PageRefused,
    PageSignInDeclined,
    PageSignInRequired,
    PageUnclear,
    WebRefusal,
)
from shared.handling.pages import language_for
from shared.handling.refusals import answer_problem
from shared.http.problems import find_problem
from shared.http.problems.problem import Problem
from shared.pages.rendering import render
from shared.pages.texts import texts_of

SIGN_OUT = f"{OWN_PATHS}/sign-out"
_SIGN_IN, _REFUSED = "web/sign_in", "web/refused"
_FAILED = Problem(
    status=403,
    slug="page-check-failed",
    title="It cannot be checked now whether this page is for you",
    detail="Try again in some seconds.",
)


def refusal_response(req: func.HttpRequest, error: Exception) -> func.HttpResponse:
    problem = find_problem(error) if isinstance(error, WebRefusal) else _FAILED
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Cookie", **problem.headers}
    if not _wants_page(req):
        detail = str(error) if isinstance(error, PageUnclear) else problem.detail
        return answer_problem(problem, detail=detail, headers=headers, members=_members(error))
    language = language_for(req)
    if isinstance(error, PageSignInRequired):
        content = _sign_in_page(error, language)
    else:
        content = _refused_page(problem, error, language)
    return site_page(content, status=problem.status, headers=headers)


def own_origin() -> str:
    parts = urlsplit(wiring.settings().tokens.issuer)
    return f"{parts.scheme}://{parts.netloc}"


def site_page(
    content: bytes, *, status: int, headers: Mapping[str, str], form_action: str = "'none'"
) -> func.HttpResponse:
    """A page of ours at another site: what it loads comes from here."""
    origin = own_origin()
    policy = (
        f"default-src 'none'; style-src {origin}; img-src {origin} data:; base-uri 'none'; "
        f"form-action {form_action}; frame-ancestors 'none'"
    )
    sent = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
        **headers,
    }
    made = content.replace(b'"/assets/', f'"{origin}/assets/'.encode())
    return func.HttpResponse(
        made, status_code=status, headers=sent, mimetype="text/html", charset="utf-8"
    )


def _wants_page(req: func.HttpRequest) -> bool:
    """Scripts of a page can do nothing with another page in place of their data."""
    destination = req.headers.get("sec-fetch-dest", "document")
    return destination == "document" and "text/html" in req.headers.get("accept", "").lower()


def _members(error: Exception) -> dict[str, object]:
    """Paths are those of the site."""
    match error:
        case PageSignInRequired():
            return {"signIn": start_of(error.target), "newGesture": error.is_newer}
        case PageRefused():
            return {"missing": list(error.missing), "signOut": SIGN_OUT}
        case _:
            return {}


def _sign_in_page(error: PageSignInRequired, language: str) -> bytes:
    values = {
        "start": start_of(error.target),
        "situation": "newGesture" if error.is_newer else "signedOut",
    }
    return render(_SIGN_IN, language, wiring.settings().appearance, values, markup={})


def _refused_page(problem: Problem, error: Exception, language: str) -> bytes:
    username, title = "", ""
    if isinstance(error, PageRefused):
        username, title = error.username, error.title
    markup = {
        "missing": "".join(_missing(error, language)),
        "way-on": "".join(_way_on(error, language)),
    }
    values = {"situation": problem.slug, "username": username, "title": title}
    return render(_REFUSED, language, wiring.settings().appearance, values, markup=markup)


def _missing(error: Exception, language: str) -> Iterator[str]:
    if isinstance(error, PageRefused):
        texts = texts_of(_REFUSED, language)
        items = (f"<li>{html.escape(texts[f'missing.{each}'])}</li>" for each in error.missing)
        yield f"<ul>{''.join(items)}</ul>"
    elif isinstance(error, PageUnclear):
        yield f'<p lang="en">{html.escape(str(error))}</p>'


def _way_on(error: Exception, language: str) -> Iterator[str]:
    match error:
        case PageRefused():
            again = f"{start_of(error.target)}&again=1"
            yield _link(again, texts_of(_REFUSED, language)["signInAgain"])
            yield _link(SIGN_OUT, texts_of(_REFUSED, language)["signOut"])
        case PageSignInDeclined():
            yield _link(start_of(error.target), texts_of(_REFUSED, language)["signIn"])
        case TouchstoneError():
            yield _link("/", texts_of(_REFUSED, language)["toSite"])
        case _:
            pass


def _link(path: str, text: str) -> str:
    return f'<a class="button" href="{html.escape(path)}">{html.escape(text)}</a> '
