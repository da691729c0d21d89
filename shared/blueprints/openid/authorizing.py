"""GET and POST /authorize, and what our own page sends while a person signs in for a client."""

from collections.abc import Callable
from typing import Any

import azure.functions as func

from shared import wiring
from shared.blueprints.openid.answer_pages import (
    Pairs,
    answer_response,
    misconfigured_page,
    see_page,
    unverified_page,
)
from shared.blueprints.openid.page_tokens import read_page_token
from shared.errors import MalformedRequest, RedirectUnverified
from shared.handling.bindings import require_same_origin
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.handling.pages import language_for
from shared.http.requests import read_body, read_form, read_form_pairs, read_query_pairs
from shared.http.responses import json_response
from shared.http.views.authorization import authorization_step
from shared.openid.authorization.answers import Answer
from shared.openid.authorization.parameters import read_parameters
from shared.openid.authorization.request import ResponseMode
from shared.openid_provider.authorization.authorizing import Begun
from shared.openid_provider.authorization.continuing import Decision
from shared.sealed import LONGEST


@endpoint
async def authorize(req: func.HttpRequest) -> func.HttpResponse:
    return await _authorize(req, read_query_pairs)


@endpoint
async def authorize_by_form(req: func.HttpRequest) -> func.HttpResponse:
    """OpenID Connect Core section 3.1.2.1 wants both methods."""
    return await _authorize(req, read_form_pairs)


async def _authorize(
    req: func.HttpRequest, read_pairs: Callable[[func.HttpRequest], Pairs]
) -> func.HttpResponse:
    language = language_for(req)
    try:
        parameters = read_parameters(read_pairs(req))
        language = language_for(req, ui_locales=parameters.first("ui_locales") or "")
        found = await wiring.service().authorizing.begin(
            parameters,
            in_frame=req.headers.get("sec-fetch-dest") in ("iframe", "frame"),
            address=read_client(req).address,
        )
    except (RedirectUnverified, MalformedRequest) as error:
        return unverified_page(error, language)
    if isinstance(found, Begun):
        return see_page("/sign-in", found.sealed, ui_locales=found.ui_locales)
    if found.is_shown:
        return misconfigured_page(found, language)
    return answer_response(found.answer, language)


@endpoint
async def authorize_step(req: func.HttpRequest) -> func.HttpResponse:
    """What our page has to do next, or where it goes."""
    token = await read_page_token(req)
    require_same_origin(req)
    body = read_body(req)
    body.only("request", "consents", "declines", "chooses")
    decision = Decision(
        consents=body.flag("consents"),
        declines=body.flag("declines"),
        chooses=body.flag("chooses"),
    )
    found = await wiring.service().continuing.go_on(
        body.text("request", limit=LONGEST),
        decision,
        token=token,
        address=read_client(req).address,
    )
    if isinstance(found, Answer):
        return json_response(await _answer_for_page(found))
    return json_response(authorization_step(found))


async def _answer_for_page(answer: Answer) -> dict[str, Any]:
    if answer.mode is ResponseMode.QUERY:
        return {"step": "answer", "location": answer.location}
    return {"step": "answer", "answer": await wiring.service().answer_forms.seal(answer)}


@endpoint
async def authorize_answer(req: func.HttpRequest) -> func.HttpResponse:
    """A page that sends the answer to the client as a form. Our page has no right to do so."""
    require_same_origin(req)
    language = language_for(req)
    try:
        form = read_form(req)
        language = language_for(req, ui_locales=form.get("ui_locales", ""))
        answer = await wiring.service().answer_forms.open(form.get("answer", ""))
    except (RedirectUnverified, MalformedRequest) as error:
        return unverified_page(error, language)
    return answer_response(answer, language)
