"""Pages with the look that the operator wants, in the language of whoever asks."""

from collections.abc import Mapping

import azure.functions as func

from shared import wiring
from shared.http.pages import page_response
from shared.pages.languages import choose_language
from shared.pages.rendering import render, render_once


def language_for(req: func.HttpRequest, *, ui_locales: str = "") -> str:
    """`ui_locales` is what an application asks for."""
    return choose_language(ui_locales, req.headers.get("accept-language", ""))


def lasting_page(
    page: str,
    language: str,
    *,
    values: Mapping[str, str] | None = None,
    markup: Mapping[str, str] | None = None,
) -> bytes:
    """One that is the same for everybody who reads that language. `values` are of the settings, and
    `markup` is of the service."""
    given = [tuple((each or {}).items()) for each in (values, markup)]
    return render_once(page, language, wiring.settings().appearance, *given)


def page_in(
    language: str,
    page: str,
    *,
    values: Mapping[str, str] | None = None,
    markup: Mapping[str, str] | None = None,
    status: int = 200,
    form_action: str | None = None,
    answers_elsewhere: bool = False,
) -> func.HttpResponse:
    """One that is made for one request. `values` may be anybody's texts; `markup` must not be."""
    appearance = wiring.settings().appearance
    return page_response(
        render(page, language, appearance, values or {}, markup=markup or {}),
        status=status,
        answers_elsewhere=answers_elsewhere or form_action is not None,
        form_action=form_action,
    )
