"""Answers to authorization requests in HTTP: a redirect, a form, or a page of ours."""

import html

import azure.functions as func

from shared.errors import AuthorizationDenied, MalformedRequest, RedirectUnverified
from shared.http.pages import page_response, site_files
from shared.openid.authorization.answers import Answer, form_page
from shared.openid.authorization.request import ResponseMode

_NO_STORE = {"Cache-Control": "no-store"}
_UNVERIFIED = "This sign-in cannot go on"
_NO_LOGOUT = "The application did not ask correctly"
_MISCONFIGURED = "This application is not set up correctly"


def see_other(location: str) -> func.HttpResponse:
    """With GET, whatever the request was (RFC 9700 section 4.12)."""
    headers = {"Location": location, "Referrer-Policy": "no-referrer", **_NO_STORE}
    return func.HttpResponse(status_code=303, headers=headers)


def answer_response(answer: Answer) -> func.HttpResponse:
    if answer.mode is ResponseMode.QUERY:
        return see_other(answer.location)
    template = site_files()["openid/form_post.html"].decode()
    return _page(form_page(answer, template=template), 200, form_action=answer.form_target)


def unverified_page(error: RedirectUnverified | MalformedRequest) -> func.HttpResponse:
    """Nothing is sent to the address that the request named."""
    if not isinstance(error, RedirectUnverified):
        error = RedirectUnverified("invalid_request", str(error))
    return _page(_error_page(_UNVERIFIED, error.description, error.name), 400)


def logout_refused_page(error: RedirectUnverified | MalformedRequest) -> func.HttpResponse:
    """Like `unverified_page`. The person may sign out nevertheless, and stays here."""
    if not isinstance(error, RedirectUnverified):
        error = RedirectUnverified("invalid_request", str(error))
    page = _error_page(_NO_LOGOUT, error.description, error.name)
    link = '<a class="button" href="/sign-out">Sign out here</a>'
    return _page(page.replace("<!-- way on -->", link), 400)


def misconfigured_page(
    error: AuthorizationDenied, answer: Answer, *, client_name: str
) -> func.HttpResponse:
    """What the client's developer has to change, before the client shows an empty page."""
    page = _error_page(_MISCONFIGURED, error.description, error.name)
    fields = form_page(answer, template='<form method="post" action="{action}"><!-- fields -->')
    way_on = f"Go on to {html.escape(client_name)}"
    if answer.mode is ResponseMode.QUERY:
        link = f'<a class="button" href="{html.escape(answer.location)}">{way_on}</a>'
        return _page(page.replace("<!-- way on -->", link), 400)
    form = f'{fields}<button type="submit">{way_on}</button></form>'
    page = page.replace("<!-- way on -->", form)
    return _page(page, 400, form_action=answer.form_target)


def _error_page(title: str, description: str, name: str) -> str:
    values = {"{title}": title, "{description}": description, "{name}": name}
    page = site_files()["openid/error.html"].decode()
    for place, text in values.items():
        page = page.replace(place, html.escape(text))
    return page


def _page(text: str, status: int, *, form_action: str | None = None) -> func.HttpResponse:
    return page_response(
        text.encode(),
        status=status,
        answers_elsewhere=form_action is not None,
        form_action=form_action,
    )
