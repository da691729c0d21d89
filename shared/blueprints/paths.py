"""What stands in paths and queries."""

import re
from dataclasses import dataclass

import azure.functions as func

from shared import base64url
from shared.accounts.names import Username, read_username
from shared.errors import MalformedRequest, NotFound

MAX_PAGE = 100
_NUMBER = re.compile("[0-9]{1,3}")  # int() raises for thousands of digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    limit: int
    after: str | None
    """The ID of the last credential of the page before."""


def read_path_username(req: func.HttpRequest) -> Username:
    # The host decodes everything but %2F, which would have looked like two segments. Decoding more
    # than that would make one name of two: "100%25" and "100%".
    return read_username(re.sub("%2f", "/", req.route_params["username"], flags=re.IGNORECASE))


def read_credential_id(req: func.HttpRequest) -> bytes:
    try:
        return base64url.decode(req.route_params["id"])
    except ValueError as error:
        raise NotFound from error


def read_page(req: func.HttpRequest) -> Page:
    return Page(limit=read_limit(req), after=req.params.get("after"))


def read_limit(req: func.HttpRequest) -> int:
    limit = req.params.get("limit", str(MAX_PAGE))
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= MAX_PAGE:
        raise MalformedRequest(f"limit must be a whole number from 1 to {MAX_PAGE}.")
    return int(limit)
