"""The kinds of tokens of each type of provider: access or ID token, of a person or an application.

Entra, https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference: an access
token names its client (`appid` in version 1, `azp` in version 2). It has either scopes (`scp`: a
person is signed in) or an application as its subject. An application's token has `idtyp: app`.
Where that optional claim is not configured, it has the application's object ID as `sub`, while a
person's `sub` differs for each application. An ID token has none of these claims.

Others: RFC 9068 gives access tokens the type `at+jwt`. Where that is missing, the claims of an
OAuth grant (scope, client) mark an access token. The claims that OpenID Connect binds to a sign-in
(`nonce`, hashes) mark an ID token. A token must have claims of one kind and none of the other.
"""

from shared.identity_providers.provider import AcceptedTokens, Kind, Provider
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.signed_token import SignedToken

_OF_A_SIGN_IN = ("nonce", "at_hash", "c_hash", "s_hash")
_OF_A_GRANT = ("scp", "scope", "client_id", "cid", "gty")
_OF_ENTRA_ACCESS = ("azp", "appid", "scp", "idtyp")
_ACCESS_TYPES = ("at+jwt", "application/at+jwt")


def check_kind(token: SignedToken, claims: Claims, provider: Provider) -> bool:
    """Raise Untrusted unless it is a token of the accepted kind. Return whether it is an
    application's."""
    media_type = (token.token_type or "").lower()
    if provider.token_type is not None and media_type != provider.token_type.lower():
        raise Untrusted("the header has another typ")
    is_access = provider.accepted_tokens is AcceptedTokens.ACCESS
    if media_type in _ACCESS_TYPES and not is_access:
        raise Untrusted("an access token where an ID token is due")
    if is_access:
        _refuse(claims, _OF_A_SIGN_IN, "an ID token where an access token is due")
    if provider.kind is Kind.ENTRA:
        return _check_entra(claims, provider, is_access=is_access)
    return _check_oidc(claims, provider, is_access=is_access, typed=media_type in _ACCESS_TYPES)


def client_claim(claims: Claims, provider: Provider) -> str | None:
    """The client that the token was issued to."""
    if provider.kind is Kind.ENTRA:
        return claims.optional_text("azp" if provider.entra_version == "2.0" else "appid")
    named = (claims.optional_text(name) for name in ("client_id", "cid", "azp"))
    return next(filter(None, named), None)


def _check_entra(claims: Claims, provider: Provider, *, is_access: bool) -> bool:
    if claims.text("ver") != provider.entra_version:
        raise Untrusted("ver is not the issuer's")
    if not is_access:
        _refuse(claims, _OF_ENTRA_ACCESS, "an access token where an ID token is due")
        return False
    if client_claim(claims, provider) is None:
        raise Untrusted("an access token names its client")
    is_application = _is_entra_application(claims)
    if is_application == ("scp" in claims):
        raise Untrusted("neither a person's nor an application's access token")
    return is_application


def _is_entra_application(claims: Claims) -> bool:
    subject_type = claims.optional_text("idtyp")
    if subject_type is None:
        return "scp" not in claims and claims.text("oid") == claims.text("sub")
    if subject_type not in ("app", "user"):
        raise Untrusted("idtyp is neither app nor user")
    return subject_type == "app"


def _check_oidc(claims: Claims, provider: Provider, *, is_access: bool, typed: bool) -> bool:
    if not is_access:
        _refuse(claims, _OF_A_GRANT, "an access token where an ID token is due")
        _check_id_token_client(claims, provider)
        return False
    if not typed and not any(name in claims for name in _OF_A_GRANT):
        raise Untrusted("nothing shows that it is an access token")
    if provider.application_when:
        wanted = provider.application_when.items()
        return all(claims.optional_text(name) == value for name, value in wanted)
    # RFC 9068 section 2.2: if no resource owner is involved, the subject is the client.
    client = client_claim(claims, provider)
    return client is not None and client == claims.optional_text("sub")


def _check_id_token_client(claims: Claims, provider: Provider) -> None:
    """OpenID Connect Core section 3.1.3.7, steps 3 to 5: the token is for our client only."""
    if not claims.values("aud") <= set(provider.audiences):
        raise Untrusted("aud has others beside us")
    if claims.optional_text("azp") not in (None, *provider.audiences):
        raise Untrusted("azp is another client")


def _refuse(claims: Claims, names: tuple[str, ...], reason: str) -> None:
    if any(name in claims for name in names):
        raise Untrusted(reason)
