"""/operator: what operators do who cannot reach the tables, with tokens that they make in the
vault."""

import azure.functions as func

from shared import wiring
from shared.accounts.names import read_username
from shared.backup.contents import TABLES
from shared.backup.row_source import Place
from shared.errors import OperatorTokenRefused
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.requests import BEARER, read_authorization, read_body
from shared.http.responses import json_response
from shared.json_shape import Shape
from shared.operators.operator_access import require_token

_MAX_TYPED = 256
_MAX_KEY = 1024
"""Characters of a partition key or row key in Azure Tables."""


@endpoint
async def issue_first_pass(req: func.HttpRequest) -> func.HttpResponse:
    token, body = _require_token(req), read_body(req)
    body.only("username")
    username = read_username(body.text("username", limit=_MAX_TYPED))
    issued = await wiring.service().first_administrator.issue(username, token=token)
    shown = views.access_pass(issued.access_pass, now=wiring.CLOCK())
    owner = views.user_of(issued.owner)
    return json_response({"accessPass": issued.text, "user": owner} | shown, status=201)


@endpoint
async def begin_export(req: func.HttpRequest) -> func.HttpResponse:
    token, body = _require_token(req), read_body(req)
    body.only()
    begun = await wiring.service().tables_export.begin(token=token)
    about, head = begun.about, begun.head
    return json_response(
        {
            "rpId": about.rp_id,
            "issuer": about.issuer,
            "at": about.at,
            "head": None if head is None else dict(head.entity),
        }
    )


@endpoint
async def export_rows(req: func.HttpRequest) -> func.HttpResponse:
    token, body = _require_token(req), read_body(req)
    body.only("table", "after")
    table = body.optional_choice("table", TABLES)
    if table is None:
        body.refuse("table", "is required")
    page = await wiring.service().tables_export.page(table, _read_place(body), token=token)
    place = page.next and {"partition": page.next.partition, "row": page.next.row}
    return json_response({"rows": [dict(row.entity) for row in page.rows], "next": place})


def _require_token(req: func.HttpRequest) -> str:
    """Only from the header: no browser sends that by itself, as it does cookies."""
    scheme, token = read_authorization(req) or ("", "")
    if scheme != BEARER:
        raise OperatorTokenRefused
    return require_token(token)


def _read_place(body: Shape) -> Place | None:
    after = body.optional_inner("after")
    if after is None:
        return None
    after.only("partition", "row")
    return Place(
        partition=after.text("partition", limit=_MAX_KEY), row=after.text("row", limit=_MAX_KEY)
    )
