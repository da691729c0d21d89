"""Answers to authorization requests in HTTP: a redirect, a form, or a page of ours."""

import html
from collections.abc import Iterable

import azure.functions as func

from shared.errors import MalformedRequest, RedirectUnverified
from shared.handling.pages import page_in
from shared.http.responses import see_other
from shared.openid.authorization.answers import Answer
from shared.openid.authorization.request import ResponseMode
from shared.openid_provider.authorization.authorizing import Refused
from shared.pages.languages import find_language
from shared.pages.texts import as_markup, form_fields, texts_of

type Pairs = list[tuple[str, str]]

_ERROR = "openid/error"


def see_page(path: str, sealed: str | None, *, ui_locales: Iterable[str]) -> func.HttpResponse:
    """Our own page. The request is in the fragment: it stays out of logs, and no server limits its
    length."""
    language = find_language(ui_locales)
    query = f"?ui_locales={language}" if language else ""
    return see_other(f"{path}{query}" + (f"#request={sealed}" if sealed else ""))


def answer_response(answer: Answer, language: str) -> func.HttpResponse:
    if answer.mode is ResponseMode.QUERY:
        return see_other(answer.location)
    return page_in(
        language,
        "openid/form_post",
        values={"action": answer.redirect_uri},
        markup={"fields": form_fields(answer.parameters)},
        form_action=answer.form_target,
    )


def unverified_page(
    error: RedirectUnverified | MalformedRequest, language: str
) -> func.HttpResponse:
    """Nothing is sent to the address that the request named."""
    return _refused_page("unverified", error, "", language)


def logout_refused_page(
    error: RedirectUnverified | MalformedRequest, language: str
) -> func.HttpResponse:
    """Like `unverified_page`. The person may sign out nevertheless, and stays here."""
    way_on = _link(f"/sign-out?ui_locales={language}", texts_of(_ERROR, language)["signOutHere"])
    return _refused_page("noLogout", error, way_on, language)


def _refused_page(
    situation: str, error: RedirectUnverified | MalformedRequest, way_on: str, language: str
) -> func.HttpResponse:
    if not isinstance(error, RedirectUnverified):
        error = RedirectUnverified("invalid_request", str(error))
    values = {"situation": situation, "error": error.name, "description": error.description}
    return page_in(language, _ERROR, values=values, markup={"way-on": way_on}, status=400)


def misconfigured_page(refused: Refused, language: str) -> func.HttpResponse:
    """What the client's developer has to change, before the client shows an empty page."""
    error, answer = refused.error, refused.answer
    values = {
        "situation": "misconfigured",
        "client": refused.client_name,
        "error": error.name,
        "description": error.description,
    }
    way_on = as_markup(texts_of(_ERROR, language)["goOn"], values)
    by_form = answer.mode is ResponseMode.FORM_POST
    element = _form(answer, way_on) if by_form else _link(answer.location, way_on)
    return page_in(
        language,
        _ERROR,
        values=values,
        markup={"way-on": element},
        status=400,
        form_action=answer.form_target if by_form else None,
    )


def _link(address: str, text: str) -> str:
    return f'<p><a class="button" href="{html.escape(address)}">{text}</a></p>'


def _form(answer: Answer, text: str) -> str:
    fields = form_fields(answer.parameters)
    opening = f'<form method="post" action="{html.escape(answer.redirect_uri)}">'
    return f'{opening}{fields}<button type="submit">{text}</button></form>'
