"""Parameters in paths and queries."""

import re
from dataclasses import dataclass

import azure.functions as func

from shared import base64url
from shared.accounts.handles import UserHandle, parse_handle
from shared.errors import MalformedRequest, NotFound

MAX_PAGE = 100
_UUID_V7 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_PROFILE_NAME = re.compile("[a-z0-9][a-z0-9-]{0,62}")
_NUMBER = re.compile("[0-9]{1,3}")  # int() raises for thousands of digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    limit: int
    after: str | None
    """The ID of the last credential of the previous page."""


def read_user_id(req: func.HttpRequest) -> UserHandle:
    """The account of the path: an ID, since not every name can be in a path.

    The host does not match a segment with an encoded slash, and clients and proxies normalise
    `..`, `%` and others in different ways.
    """
    handle = parse_handle(read_id(req, "id"))
    if handle is None:
        raise NotFound
    return handle


def read_id(req: func.HttpRequest, name: str) -> bytes:
    try:
        return base64url.decode(req.route_params[name])
    except ValueError as error:
        raise NotFound from error


def read_approval_id(req: func.HttpRequest) -> str:
    approval_id: str = req.route_params["id"]
    if not _UUID_V7.fullmatch(approval_id):
        raise NotFound
    return approval_id


def read_profile_name(req: func.HttpRequest) -> str:
    name: str = req.route_params["profile"]
    if not _PROFILE_NAME.fullmatch(name):
        raise NotFound
    return name


def read_page(req: func.HttpRequest) -> Page:
    return Page(limit=read_limit(req), after=req.params.get("after"))


def read_limit(req: func.HttpRequest) -> int:
    limit = req.params.get("limit", str(MAX_PAGE))
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= MAX_PAGE:
        raise MalformedRequest(f"limit must be a whole number from 1 to {MAX_PAGE}.")
    return int(limit)
