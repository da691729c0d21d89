"""What a request for a token exchange asks for (RFC 8693 section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import GrantRefused, MalformedRequest

_LONGEST = 8192
_SAID_BEFORE = ("authorization_details", "reason")
"""Of an approval: others would be no more than words beside what was approved."""


ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  a type


class TokenType(StrEnum):
    ACCESS_TOKEN = ACCESS_TOKEN
    JWT = "urn:ietf:params:oauth:token-type:jwt"
    """Our access tokens are JWTs too."""
    APPROVAL_CODE = "urn:touchstone:token-type:approval-code"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the tokens
class ExchangeRequest:
    subject_token: str
    is_approval_code: bool
    actor_token: str | None
    profile: str
    """Its name, which nobody has looked up yet."""
    scope: str | None
    authorization_details: str | None
    """JSON, not read yet."""
    reason: str | None


def profile_resource(issuer: str, name: str) -> str:
    return f"{issuer}/profiles/{name}"


def read_exchange(
    form: Mapping[str, str], resources: tuple[str, ...], *, issuer: str
) -> ExchangeRequest:
    """Raise MalformedRequest, GrantRefused."""
    kind = _type(form, "subject_token")
    actor = form.get("actor_token")
    if actor is not None and _type(form, "actor_token") is TokenType.APPROVAL_CODE:
        raise MalformedRequest("actor_token_type must be that of an access token.")
    if actor is None and "actor_token_type" in form:
        raise MalformedRequest("actor_token_type is for an actor_token.")
    if form.get("requested_token_type", TokenType.ACCESS_TOKEN) != TokenType.ACCESS_TOKEN:
        raise MalformedRequest(f"requested_token_type must be {TokenType.ACCESS_TOKEN}.")
    is_code = kind is TokenType.APPROVAL_CODE
    if is_code and not form.keys().isdisjoint(_SAID_BEFORE):
        raise MalformedRequest(f"{' and '.join(_SAID_BEFORE)} were said when this was asked for.")
    return ExchangeRequest(
        subject_token=_token(form, "subject_token"),
        is_approval_code=is_code,
        actor_token=None if actor is None else _token(form, "actor_token"),
        profile=_target(form, resources, issuer=issuer),
        scope=form.get("scope"),
        authorization_details=form.get("authorization_details"),
        reason=form.get("reason"),
    )


def _token(form: Mapping[str, str], name: str) -> str:
    text = form.get(name)
    if not text:
        raise MalformedRequest(f"{name} is required.")
    if len(text) > _LONGEST:
        raise MalformedRequest(f"{name} is too long.")
    return text


def _type(form: Mapping[str, str], name: str) -> TokenType:
    try:
        return TokenType(form[f"{name}_type"])
    except KeyError as error:
        raise MalformedRequest(f"{name}_type is required.") from error
    except ValueError as error:
        known = " or ".join(TokenType)
        raise MalformedRequest(f"{name}_type must be {known}.") from error


def _target(form: Mapping[str, str], resources: tuple[str, ...], *, issuer: str) -> str:
    """Exactly one profile, by its name or its address."""
    named = {*resources, *([form["audience"]] if "audience" in form else [])}
    beginning = profile_resource(issuer, "")
    profiles = {each.removeprefix(beginning) for each in named}
    if not profiles:
        raise GrantRefused("invalid_target", "audience or resource has to name a profile.")
    if len(profiles) > 1:
        raise GrantRefused("invalid_target", "One request is for one profile.")
    return profiles.pop()
