"""ETag, If-Match and If-None-Match (RFC 9110 sections 8.8.3 and 13.1), so that nobody's change is
lost and nothing is sent twice."""

import re

import azure.functions as func

from shared.errors import MalformedRequest, VersionRequired

_TAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"(?:[ \t]*,[ \t]*(?:W/)?"[\x21\x23-\x7e]*")*')
_ANY = re.compile(r'"([\x21\x23-\x7e]*)"')
_STRONG = re.compile(r'(?<!W/)"([\x21\x23-\x7e]*)"')


def etag(version: str) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def read_if_match(req: func.HttpRequest) -> frozenset[str] | None:
    """The versions that may be changed; None for any. Raises VersionRequired, MalformedRequest.

    A weak tag matches nothing (section 13.1.1).
    """
    given = req.headers.get("if-match", "").strip()
    if not given:
        raise VersionRequired
    if given == "*":
        return None
    if not _TAGS.fullmatch(given):
        raise MalformedRequest("If-Match must be the ETag of an earlier answer, or *.")
    return frozenset(_STRONG.findall(given))


def has_version(req: func.HttpRequest, version: str) -> bool:
    """Whether the client has this version already (If-None-Match, which is compared weakly)."""
    given = req.headers.get("if-none-match", "").strip()
    return given == "*" or version in _ANY.findall(given)
