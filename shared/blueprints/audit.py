"""/audit: events, checkpoints and proofs for auditors."""

import re
from datetime import UTC, datetime
from enum import StrEnum

import azure.functions as func

from shared import base64url, wiring
from shared.accounts.names import read_username
from shared.audit.event import Kind, Outcome
from shared.audit_log.search import EventQuery
from shared.errors import MalformedRequest
from shared.handling.callers import require_principal
from shared.handling.endpoint import endpoint
from shared.http import views
from shared.http.paths import read_limit
from shared.http.responses import json_response

_INDEX = re.compile("[0-9]{1,12}")


@endpoint
async def list_audit_events(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    page = await wiring.service().log_reader.events(_read_query(req), by=by)
    entries = [entry.describe() for entry in page.entries]
    return json_response({"entries": entries, "next": page.next, "size": page.size})


@endpoint
async def get_audit_checkpoint(req: func.HttpRequest) -> func.HttpResponse:
    sealed = await wiring.service().log_reader.checkpoint(by=await require_principal(req))
    return json_response(
        {
            "checkpoint": sealed.note,
            "size": sealed.size,
            "sealedAt": views.timestamp(sealed.sealed_at),
            "introductions": list(sealed.introductions),
            "keys": [str(verifier) for verifier in sealed.verifiers],
        }
    )


@endpoint
async def prove_inclusion(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    index, size = _require_index(req, "index"), _require_index(req, "size")
    return _proof(await wiring.service().log_reader.inclusion(index, size, by=by))


@endpoint
async def prove_consistency(req: func.HttpRequest) -> func.HttpResponse:
    by = await require_principal(req)
    old, new = _require_index(req, "from"), _require_index(req, "to")
    return _proof(await wiring.service().log_reader.consistency(old, new, by=by))


def _proof(hashes: list[bytes]) -> func.HttpResponse:
    return json_response({"proof": [base64url.encode(each) for each in hashes]})


def _read_query(req: func.HttpRequest) -> EventQuery:
    user = req.params.get("user")
    return EventQuery(
        limit=read_limit(req),
        before=_read_index(req, "before"),
        user=None if user is None else read_username(user),
        kind=_read_choice(req, "kind", Kind),
        outcome=_read_choice(req, "outcome", Outcome),
        since=_read_instant(req, "since"),
        until=_read_instant(req, "until"),
    )


def _read_choice[T: StrEnum](req: func.HttpRequest, name: str, choices: type[T]) -> T | None:
    value = req.params.get(name)
    if value is None:
        return None
    if value not in list(choices):
        raise MalformedRequest(f"{name} must be one of: {', '.join(choices)}.")
    return choices(value)


def _read_instant(req: func.HttpRequest, name: str) -> datetime | None:
    value = req.params.get(name)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise MalformedRequest(f"{name} must have its offset from UTC.")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedRequest(f"{name} must be a date and time (RFC 3339).") from error


def _require_index(req: func.HttpRequest, name: str) -> int:
    index = _read_index(req, name)
    if index is None:
        raise MalformedRequest(f"{name} is required.")
    return index


def _read_index(req: func.HttpRequest, name: str) -> int | None:
    value = req.params.get(name)
    if value is None:
        return None
    if not _INDEX.fullmatch(value):
        raise MalformedRequest(f"{name} must be a whole number.")
    return int(value)
