"""/certificates: a person's client certificate, and what servers need to accept it."""

import azure.functions as func

from shared import wiring
from shared.access.approvals.exact_numbers import check_numbers
from shared.access.certificates.csr import LONGEST, read_csr
from shared.access.certificates.pem import list_pem
from shared.access_broker.approvals.asking import LONGEST_REASON
from shared.access_broker.certificates.issuing import Wanted
from shared.access_broker.certificates.revocations import AGE
from shared.blueprints.access.bearers import require_bearer
from shared.handling.clients import read_client
from shared.handling.endpoint import endpoint
from shared.http.requests import read_body
from shared.http.responses import json_response
from shared.http.views.access import show_issued

_LONGEST_NAME = 63
_LONGEST_CODE = 2048
_DETAILS = "authorization_details"
_CA_AGE = 300


@endpoint
async def issue_certificate(req: func.HttpRequest) -> func.HttpResponse:
    by, body = await require_bearer(req), read_body(req)
    body.only("profile", "csr", "approval", _DETAILS, "reason")
    check_numbers(req.get_body())
    wanted = Wanted(
        profile=body.text("profile", limit=_LONGEST_NAME),
        key=read_csr(body.text("csr", limit=LONGEST)),
        code=body.optional_text("approval", limit=_LONGEST_CODE),
        details=body.find(_DETAILS),
        reason=body.optional_text("reason", limit=LONGEST_REASON),
    )
    if wanted.code is not None and (wanted.details, wanted.reason) != (None, None):
        body.refuse("approval", "is of an approval that has its details and its reason")
    issuing = wiring.service().certificate_issuing
    issued = await issuing.issue(wanted, by=by, client=read_client(req))
    return json_response(show_issued(issued), status=201)


@endpoint
async def get_client_ca(req: func.HttpRequest) -> func.HttpResponse:
    bundle = await wiring.service().certificate_authority.bundle()
    return _public(bundle.encode(), "application/x-pem-file", age=_CA_AGE)


@endpoint
async def get_revocation_lists(req: func.HttpRequest) -> func.HttpResponse:
    lists = await wiring.service().certificate_revocations.lists()
    text = "".join(map(list_pem, lists))
    return _public(text.encode(), "application/x-pem-file", age=int(AGE.total_seconds()))


@endpoint
async def get_revocation_list(req: func.HttpRequest) -> func.HttpResponse:
    current, *_ = await wiring.service().certificate_revocations.lists()
    return _public(current, "application/pkix-crl", age=int(AGE.total_seconds()))


def _public(content: bytes, media_type: str, *, age: int) -> func.HttpResponse:
    headers = {"Cache-Control": f"public, max-age={age}"}
    return func.HttpResponse(content, headers=headers, mimetype=media_type)
