"""Whether a code may be redeemed by the client that sends it."""

from dataclasses import dataclass

from shared.errors import AuthorizationDenied, GrantRefused
from shared.openid.authorization.code import Code
from shared.openid.authorization.pkce import check_verifier
from shared.openid.authorization.redirects import matches
from shared.openid.clients.client import Client
from shared.openid.permission import check_permission
from shared.sessions.token_settings import TokenSettings


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the code
class PresentedCode:
    text: str
    redirect_uri: str | None
    code_verifier: str | None
    resources: tuple[str, ...]
    """Those for which the client wants this access token: some of what it named before."""
    thumbprint: str | None
    """Of the key that the client proved to have."""


def check_code(
    code: Code, presented: PresentedCode, client: Client, *, settings: TokenSettings, now: int
) -> None:
    """Raise GrantRefused."""
    if code.client_id != client.id:
        raise _refusal("The code is of another client.")
    if presented.redirect_uri != code.redirect_uri or not matches(client, code.redirect_uri):
        raise _refusal("redirect_uri is not the one that the code was sent to.")
    if int(code.session.ends_at.timestamp()) <= now:
        raise _refusal("The session that gave the code has ended.")
    check_verifier(presented.code_verifier, challenge=code.code_challenge)
    if code.dpop_jkt is not None and presented.thumbprint != code.dpop_jkt:
        raise _refusal("The code is bound to another key.")
    check_binding(client, presented.thumbprint)
    if not set(presented.resources) <= set(code.resources or client.resources[:1]):
        raise GrantRefused("invalid_target", "resource is not one of those that were granted.")
    _check_permission(code, client, settings)


def _check_permission(code: Code, client: Client, settings: TokenSettings) -> None:
    try:
        check_permission(client, scope=code.scope, resources=code.resources, settings=settings)
    except AuthorizationDenied as error:
        raise GrantRefused(error.name, error.description) from error


def check_binding(client: Client, thumbprint: str | None) -> None:
    """Raise GrantRefused for a client whose tokens must be bound to a key."""
    if client.bound_tokens and thumbprint is None:
        raise GrantRefused(
            "invalid_dpop_proof", "This client needs a DPoP proof (RFC 9449 section 5)."
        )


def _refusal(description: str) -> GrantRefused:
    return GrantRefused("invalid_grant", description)
