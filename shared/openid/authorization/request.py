"""An authorization request that was checked against its client."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ResponseMode(StrEnum):
    QUERY = "query"
    FORM_POST = "form_post"


class Prompt(StrEnum):
    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where the answer to a request goes, and how."""

    redirect_uri: str
    mode: ResponseMode
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    client_id: str
    answer_to: ReturnAddress
    code_challenge: str
    """The SHA-256 of the code verifier, in base64url."""
    scope: tuple[str, ...] = ()
    nonce: str | None = None
    prompt: frozenset[Prompt] = frozenset()
    max_age: int | None = None
    """In seconds."""
    essential_acr: tuple[str, ...] = ()
    """One of these, or there is no answer. Empty if any sign-in will do."""
    subject: str | None = None
    """The only person that the client accepts: `sub` of its `id_token_hint` or of `claims`."""
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    """Those that it names. The client's default is not among them."""
    authorization_details: tuple[Mapping[str, Any], ...] = ()
    dpop_jkt: str | None = None
    """The thumbprint of the key with which the code has to be redeemed (RFC 9449 section 10)."""
