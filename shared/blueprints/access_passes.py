"""/access-passes: administrators issue them, users redeem them."""

from datetime import UTC, datetime, timedelta

import azure.functions as func

from shared import wiring
from shared.access_passes.access_pass import MAX_TYPED as MAX_PASS
from shared.access_passes.access_pass import MOST_REGISTRATIONS
from shared.accounts.names import read_display_name, read_username
from shared.errors import MalformedRequest
from shared.handling.callers import require_principal
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.requests import read_body
from shared.http.responses import json_response
from shared.json_shape import Shape
from shared.relying_party.onboarding.pass_terms import PassRequest

_MAX_TYPED = 256
_MOST_MINUTES = 43_200


@endpoint
async def issue_access_pass(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_principal(req), read_body(req)
    issued = await wiring.service().passes.issue(_read_request(body), by=by)
    now = wiring.CLOCK()
    shown = views.access_pass(issued.access_pass, now=now)
    owner = views.user_of(issued.owner)
    return json_response({"accessPass": issued.text, "user": owner} | shown, status=201)


@endpoint
async def redeem_access_pass(req: func.HttpRequest) -> func.HttpResponse:
    body = read_body(req)
    body.only("username", "accessPass")
    username = read_username(body.text("username", limit=_MAX_TYPED))
    typed = body.text("accessPass", limit=MAX_PASS)
    token = await wiring.service().redeeming.redeem(username, typed, client=read_client(req))
    life = token.expires_at - wiring.CLOCK()
    return json_response(
        {
            "access_token": await wiring.service().token_issuer.issue(token),
            "token_type": "Bearer",
            "expires_in": int(life.total_seconds()),
            "scope": token.scope.value,
        }
    )


def _read_request(body: Shape) -> PassRequest:
    body.only("username", "displayName", "lifetimeMinutes", "oneTime", "registrations", "startsAt")
    display_name = body.optional_text("displayName", limit=_MAX_TYPED)
    minutes = body.optional_integer("lifetimeMinutes", least=1, most=_MOST_MINUTES)
    return PassRequest(
        username=read_username(body.text("username", limit=_MAX_TYPED)),
        display_name=None if display_name is None else read_display_name(display_name),
        lifetime=None if minutes is None else timedelta(minutes=minutes),
        one_time=body.optional_flag("oneTime"),
        starts_at=_read_instant(body),
        registrations=body.optional_integer("registrations", least=1, most=MOST_REGISTRATIONS) or 1,
    )


def _read_instant(body: Shape) -> datetime | None:
    text = body.optional_text("startsAt", limit=40)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise MalformedRequest("startsAt must have its offset from UTC.")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedRequest("startsAt must be a date and time (RFC 3339).") from error
