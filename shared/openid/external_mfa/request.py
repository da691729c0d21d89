"""Entra's request: a form that the person's browser posts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import MalformedRequest
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.requirements import Requirements, Unmet, choose

LONGEST_STATE = 4096
LONGEST_HINT = 8192
_LONGEST_NONCE, _LONGEST_CLAIMS = 512, 4096
_is_printable = re.compile("[ -~]+").fullmatch
_is_guid = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch


class NotFromEntra(ValueError):
    """Nothing may be sent to the address in the request. The text is for the person."""


class Refused(ValueError):
    """Entra gets this error, with the state of its request."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaRequest:
    nonce: str
    hint: str
    requirements: Requirements
    request_id: str
    """Entra's GUID of the request, for its support. Empty if it sent none."""


def read_state(form: Mapping[str, str], configuration: ExternalMfa) -> str | None:
    """The state, which every answer repeats. Raise NotFromEntra unless an answer can be sent."""
    if form.get("client_id") != configuration.client_id:
        raise NotFromEntra("client_id is not the one of this service at Microsoft Entra ID.")
    if form.get("redirect_uri") != configuration.redirect_uri:
        raise NotFromEntra("redirect_uri is not the address of Microsoft Entra ID.")
    state = form.get("state")
    if state is not None and not _is_text(state, LONGEST_STATE):
        raise NotFromEntra(f"state must be 1 to {LONGEST_STATE} printable characters.")
    return state or None


def read_request(form: Mapping[str, str]) -> MfaRequest:
    """Raise Refused. The hint is not verified here. Other members are ignored, as Entra asks."""
    _require(form, "response_type", "id_token", error="unsupported_response_type")
    _require(form, "response_mode", "form_post")
    if "openid" not in form.get("scope", "").split(" "):
        raise Refused("invalid_scope", "scope must contain openid.")
    request_id = form.get("client-request-id", "")
    return MfaRequest(
        nonce=_text(form, "nonce", _LONGEST_NONCE),
        hint=_text(form, "id_token_hint", LONGEST_HINT),
        requirements=_requirements(_text(form, "claims", _LONGEST_CLAIMS)),
        request_id=request_id.lower() if _is_guid(request_id) else "",
    )


def _require(
    form: Mapping[str, str], name: str, value: str, *, error: str = "invalid_request"
) -> None:
    # Entra's documentation writes Id_token too.
    if form.get(name, "").lower() != value:
        raise Refused(error, f"{name} must be {value}.")


def _text(form: Mapping[str, str], name: str, limit: int) -> str:
    value = form.get(name, "")
    if not _is_text(value, limit):
        raise Refused("invalid_request", f"{name} must be 1 to {limit} printable characters.")
    return value


def _is_text(value: str, limit: int) -> bool:
    return len(value) <= limit and _is_printable(value) is not None


def _requirements(claims: str) -> Requirements:
    try:
        return choose(claims)
    except Unmet as error:
        raise Refused(
            "unmet_authentication_requirements",
            "A passkey proves possession: acr and amr must allow it, amr as fido or pop.",
        ) from error
    except (ValueError, MalformedRequest) as error:
        raise Refused(
            "invalid_request", "claims must ask for acr and amr of the ID token."
        ) from error
