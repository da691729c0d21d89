"""The grants of /token are a table: those in it are offered, all others are refused."""

import azure.functions as func

from shared.blueprints.oauth.grants import GRANTS, Form, Grant
from shared.http.responses import json_response
from tests.api import Api
from tests.http.forms import post_form

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


async def test_the_metadata_lists_the_grants(api: Api) -> None:
    metadata = (await api.get("/.well-known/openid-configuration")).json
    assert metadata["grant_types_supported"] == list(GRANTS)
    assert list(GRANTS) == ["authorization_code", "refresh_token", DEVICE_CODE, TOKEN_EXCHANGE]


async def test_the_refusal_of_an_unknown_grant_lists_the_known_grants(api: Api) -> None:
    reply = await post_form(api, "/token", {"grant_type": "implicit", "refresh_token": "x"})
    assert (reply.status, reply.json) == (
        400,
        {
            "error": "unsupported_grant_type",
            "error_description": "grant_type must be authorization_code or refresh_token or "
            f"{DEVICE_CODE} or {TOKEN_EXCHANGE}.",
        },
    )


async def test_a_grant_gets_only_its_own_parameters() -> None:
    async def exchange(_: func.HttpRequest, form: Form) -> func.HttpResponse:
        return json_response(dict(form))

    grant = Grant(parameters=frozenset({"code", "code_verifier"}), exchange=exchange)
    form = {"grant_type": "authorization_code", "code": "c", "refresh_token": "r"}
    req = func.HttpRequest("POST", "/token", body=b"")
    assert (await grant.answer(req, form)).get_body() == b'{"code":"c"}'
