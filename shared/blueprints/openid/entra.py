"""The endpoints for Entra, which asks for the second factor of a sign-in.

Entra's form comes from its own site, so no cookie of ours is with it, and none is needed. The
sealed request goes to our page in the fragment of its address: browsers send that to no server, and
it may be long.
"""

import azure.functions as func

from shared import wiring
from shared.errors import NotFound
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint, light_endpoint, public_endpoint
from shared.handling.pages import language_for, lasting_page, page_in
from shared.http.begun import show_begun
from shared.http.pages import page_response
from shared.http.requests import read_body, read_form
from shared.http.responses import json_response
from shared.openid.external_mfa.answer import Answer
from shared.openid.external_mfa.discovery import discovery_document
from shared.openid.external_mfa.request import NotFromEntra
from shared.openid_provider.external_mfa.stories import ExternalMfaStories
from shared.pages.texts import form_fields
from shared.rate_limits.headers import allowance_headers
from shared.sealed import LONGEST
from shared.webauthn.responses import read_authentication_response

_CACHEABLE = {"Cache-Control": "public, max-age=300"}
_MOST_FIELDS = 64
"""Entra may send more than it documents, and asks that they be ignored."""


def _stories() -> ExternalMfaStories:
    stories = wiring.service().external_mfa
    if stories is None:
        raise NotFound
    return stories


@public_endpoint
async def entra_discovery(req: func.HttpRequest) -> func.HttpResponse:
    """Entra requires the length of the document in its header."""
    response = json_response(discovery_document(_stories().configuration), headers=_CACHEABLE)
    response.headers["Content-Length"] = str(len(response.get_body()))
    return response


@endpoint
async def entra_authorize(req: func.HttpRequest) -> func.HttpResponse:
    stories = _stories()
    try:
        asked = await stories.ask(read_form(req, most=_MOST_FIELDS))
    except NotFromEntra as error:
        values = {"reason": str(error)}
        return page_in(language_for(req), "entra/refused", values=values, status=400)
    if isinstance(asked, Answer):
        return _answer_page(asked, language_for(req))
    headers = {"Location": f"sign-in#{asked}", "Cache-Control": "no-store"}
    return func.HttpResponse(status_code=303, headers=headers)


@light_endpoint
async def entra_page(req: func.HttpRequest) -> func.HttpResponse:
    _stories()  # otherwise there is no such page
    return page_response(lasting_page("entra/sign_in", language_for(req)), answers_elsewhere=True)


@endpoint
async def entra_begin(req: func.HttpRequest) -> func.HttpResponse:
    stories, body = _stories(), read_body(req)
    body.only("request", "link")
    begun = await stories.confirming.begin(
        body.text("request", limit=LONGEST), linking=body.flag("link"), client=read_client(req)
    )
    shown = {
        "username": begun.username,
        "situation": begun.situation.value,
        "cancel": _form(begun.cancel),
    }
    if begun.options is None:
        return json_response(shown)
    headers = allowance_headers(begun.options.allowances)
    return json_response(shown | show_begun(begun.options), headers=headers)


@endpoint
async def entra_finish(req: func.HttpRequest) -> func.HttpResponse:
    stories, body = _stories(), read_body(req)
    body.only("request", "credential", "link")
    answer = await stories.confirming.finish(
        body.text("request", limit=LONGEST),
        read_authentication_response(body.inner("credential")),
        linking=body.flag("link"),
        client=read_client(req),
    )
    return json_response(_form(answer))


def _form(answer: Answer) -> dict[str, object]:
    return {"action": answer.action, "fields": dict(answer.fields)}


def _answer_page(answer: Answer, language: str) -> func.HttpResponse:
    """A page with a form that sends itself."""
    return page_in(
        language,
        "entra/answer",
        values={"action": answer.action},
        markup={"fields": form_fields(answer.fields)},
        answers_elsewhere=True,
    )
