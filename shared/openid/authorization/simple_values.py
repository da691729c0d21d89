"""Parameters of an authorization request that stand for themselves. All raise
AuthorizationDenied."""

import re
from urllib.parse import urlsplit

from shared.errors import AuthorizationDenied
from shared.openid.authorization.parameters import Parameters
from shared.openid.authorization.request import Prompt, ResponseMode

_is_age = re.compile("[0-9]{1,9}").fullmatch
_is_thumbprint = re.compile("[A-Za-z0-9_-]{43}").fullmatch


def read_mode(parameters: Parameters, redirect_uri: str) -> ResponseMode:
    mode = parameters.optional("response_mode") or ResponseMode.QUERY
    if mode not in list(ResponseMode):
        raise AuthorizationDenied(
            "invalid_request",
            f"response_mode must be {' or '.join(ResponseMode)}.",
            is_misconfigured=True,
        )
    if mode == ResponseMode.FORM_POST and urlsplit(redirect_uri).scheme not in ("https", "http"):
        raise AuthorizationDenied(
            "invalid_request", "form_post needs a redirect URI of the web.", is_misconfigured=True
        )
    return ResponseMode(mode)


def read_prompt(parameters: Parameters) -> frozenset[Prompt]:
    words = parameters.words("prompt")
    if not set(words) <= set(Prompt):
        raise AuthorizationDenied("invalid_request", f"prompt may hold {', '.join(Prompt)}.")
    if Prompt.NONE in words and len(words) > 1:
        raise AuthorizationDenied("invalid_request", "prompt=none allows no other value.")
    return frozenset(map(Prompt, words))


def read_max_age(parameters: Parameters) -> int | None:
    age = parameters.optional("max_age")
    if age is None:
        return None
    if not _is_age(age):
        raise AuthorizationDenied("invalid_request", "max_age must be a number of seconds.")
    return int(age)


def read_thumbprint(parameters: Parameters) -> str | None:
    thumbprint = parameters.optional("dpop_jkt")
    if thumbprint is not None and not _is_thumbprint(thumbprint):
        raise AuthorizationDenied("invalid_request", "dpop_jkt must be a thumbprint of a key.")
    return thumbprint
