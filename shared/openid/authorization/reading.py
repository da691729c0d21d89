"""From parameters to a request that was checked against its client.

The redirect URI comes first. Until it is verified, nothing is sent there (RFC 9700 section 4.11).
"""

from collections.abc import Collection
from dataclasses import dataclass

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.keys.signing_key import SigningKey
from shared.openid.acr import can_satisfy
from shared.openid.authorization.details import read_details
from shared.openid.authorization.parameters import Parameters
from shared.openid.authorization.pkce import read_challenge
from shared.openid.authorization.redirects import matches
from shared.openid.authorization.request import (
    AuthorizationRequest,
    Prompt,
    ResponseMode,
    ReturnAddress,
)
from shared.openid.authorization.request_format import pack, write_request
from shared.openid.authorization.requested_claims import read_claims
from shared.openid.authorization.simple_values import (
    read_max_age,
    read_mode,
    read_prompt,
    read_thumbprint,
)
from shared.openid.clients.client import Client
from shared.openid.permission import allowed_scope, check_grant, check_targets
from shared.openid.tokens.id_token import read_hint
from shared.openid.tokens.signed import NotOurs
from shared.sessions.token_settings import TokenSettings

_MOST_RESOURCES = 8
_LARGEST = 5_000
"""In bytes. Sealed it has to fit into an address: as a pushed request, and most of it as a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    settings: TokenSettings
    keys: Collection[SigningKey]
    """Those whose ID tokens are accepted as hints."""
    details_types: Collection[str] = ()
    """The types of authorization details that the service reads."""


def read_client_id(parameters: Parameters) -> str:
    """Raise RedirectUnverified."""
    return parameters.unverified("client_id")


def read_address(parameters: Parameters, client: Client) -> ReturnAddress:
    """Where errors go, too. Raise RedirectUnverified.

    What is wrong with the state or the mode is an error that goes there without it.
    """
    redirect_uri = parameters.unverified("redirect_uri")
    if not matches(client, redirect_uri):
        raise RedirectUnverified(
            "invalid_request", "redirect_uri is not one that is registered for this client."
        )
    try:
        mode = read_mode(parameters, redirect_uri)
    except AuthorizationDenied:
        mode = ResponseMode.QUERY
    try:
        state = parameters.optional("state")
    except AuthorizationDenied:
        state = None
    return ReturnAddress(redirect_uri=redirect_uri, mode=mode, state=state)


def read_request(
    parameters: Parameters, client: Client, *, answer_to: ReturnAddress, rules: Rules
) -> AuthorizationRequest:
    """Raise AuthorizationDenied."""
    request = _read(parameters, client, answer_to, rules)
    if len(pack(write_request(request))) > _LARGEST:
        raise AuthorizationDenied("invalid_request", "The parameters are too long together.")
    return request


def _read(
    parameters: Parameters, client: Client, answer_to: ReturnAddress, rules: Rules
) -> AuthorizationRequest:
    _check_response(parameters, client, answer_to)
    challenge = read_challenge(parameters)
    scope = allowed_scope(parameters.words("scope"), client)
    claims = read_claims(parameters.optional("claims"))
    essential_acr = _essential_acr(client, claims.essential_acr)
    prompt, hint = _read_prompt(parameters, client), parameters.optional("id_token_hint")
    return AuthorizationRequest(
        client_id=client.id,
        answer_to=answer_to,
        code_challenge=challenge,
        scope=scope,
        nonce=parameters.optional("nonce"),
        prompt=prompt,
        max_age=read_max_age(parameters),
        essential_acr=essential_acr,
        subject=_only_subject(hint, claims.subject, client, rules),
        login_hint=parameters.optional("login_hint"),
        ui_locales=parameters.words("ui_locales"),
        resources=_read_resources(parameters, client, scope=scope, settings=rules.settings),
        authorization_details=read_details(
            parameters.optional("authorization_details"), types=rules.details_types
        ),
        dpop_jkt=read_thumbprint(parameters),
    )


def _read_prompt(parameters: Parameters, client: Client) -> frozenset[Prompt]:
    """Raise AuthorizationDenied. No stranger has people sent on who see nothing of it."""
    prompt = read_prompt(parameters)
    if Prompt.NONE in prompt and not client.is_registered:
        raise AuthorizationDenied(
            "interaction_required", "prompt=none is for applications that are registered here."
        )
    return prompt


def _check_response(parameters: Parameters, client: Client, answer_to: ReturnAddress) -> None:
    for name in ("state", "acr_values"):  # not read here, or not at all
        parameters.optional(name)
    read_mode(parameters, answer_to.redirect_uri)
    for name in ("request", "request_uri"):
        if parameters.optional(name) is not None:
            raise AuthorizationDenied(
                f"{name}_not_supported", f"{name} is not supported.", is_misconfigured=True
            )
    if (kind := parameters.optional("response_type")) != "code":
        raise AuthorizationDenied(
            "unsupported_response_type" if kind else "invalid_request",
            "response_type must be code. ASP.NET Core asks for another one until the application "
            'sets options.ResponseType = "code".',
            is_misconfigured=True,
        )
    check_grant(client)


def _read_resources(
    parameters: Parameters, client: Client, *, scope: tuple[str, ...], settings: TokenSettings
) -> tuple[str, ...]:
    named = parameters.repeated("resource", most=_MOST_RESOURCES)
    check_targets(named, client, scope=scope, settings=settings)
    return named


def _essential_acr(client: Client, claimed: tuple[str, ...]) -> tuple[str, ...]:
    """Values in `acr_values` are wishes, so they are not read: there is one value that a sign-in
    can have. Raise AuthorizationDenied for what no sign-in here can be."""
    for wanted in ((client.acr,) if client.acr else (), claimed):
        if not can_satisfy(wanted):
            raise AuthorizationDenied(
                "unmet_authentication_requirements", "No sign-in here has the acr that is required."
            )
    return claimed


def _only_subject(
    hint: str | None, claimed: str | None, client: Client, rules: Rules
) -> str | None:
    hinted = None if hint is None else _read_hint(hint, client, rules)
    if hinted and claimed and hinted != claimed:
        raise AuthorizationDenied("invalid_request", "id_token_hint and claims name two people.")
    return hinted or claimed


def _read_hint(hint: str, client: Client, rules: Rules) -> str:
    try:
        return read_hint(hint, client_id=client.id, issuer=rules.settings.issuer, keys=rules.keys)
    except NotOurs as error:
        raise AuthorizationDenied(
            "invalid_request", "id_token_hint is not an ID token that this client got here."
        ) from error
