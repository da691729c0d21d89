"""Documents of clients: what they hold, and that a refusal names the member."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared import base64url
from shared.errors import MalformedRequest, ProviderUnavailable
from shared.fetching.public_https import PublicHttps
from shared.http.requests import MAX_BODY
from shared.json_shape import Shape
from shared.openid.clients.client import Grant, HashedSecret, Secrets
from shared.openid.clients.client_rules import ClientRules
from shared.openid.clients.documents import changed_members, write_client
from shared.openid.clients.kept_clients import keep, read_kept
from shared.openid.clients.own_names import OwnNames
from shared.sessions.token_settings import TokenSettings
from tests.openid.clients.documents import Json, app, client, web

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
WEBP = b"RIFF" + bytes(4) + b"WEBPVP8 " + bytes(40)
OWN = OwnNames(
    "login.example",
    TokenSettings(issuer="https://login.example", audience="api://ours", lifetime_seconds=300),
)
RULES = ClientRules(OWN)


def _rsa(bits: int) -> Json:
    made = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, bits).public_key()))
    return {name: made[name] for name in ("kty", "n", "e")}


def _ec(curve: ec.EllipticCurve) -> Json:
    made = ec.generate_private_key(curve)
    return dict(json.loads(ECAlgorithm.to_jwk(made.public_key())))


P256 = _ec(ec.SECP256R1())
RSA = _rsa(2048)
WEAK = _rsa(1024)


def _logo(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _keyed(*keys: Json) -> Json:
    return {"authentication": {"method": "privateKey", "jwks": {"keys": list(keys)}}}


def _federated(**members: object) -> Json:
    proof = {
        "method": "federated",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:example@1/orders@2:environment:production",
        "audience": "https://login.example",
    }
    return {"authentication": proof | members}


EVERYTHING = web(
    logo=_logo("image/png", PNG),
    authentication={"method": "secret"},
    redirectUris=["https://orders.example/callback", "https://orders.example/other"],
    postLogoutRedirectUris=["https://orders.example/"],
    backchannelLogoutUri="https://orders.example/logout",
    grants=["authorization_code", "refresh_token"],
    scopes=["openid", "profile", "offline_access"],
    resources=["https://api.orders.example", "api://orders"],
    acr="phr",
    firstParty=True,
    sector="orders.example",
    boundTokens=True,
    tokenLifetimeSeconds=900,
)
GOOD: dict[str, Json] = {
    "everything": EVERYTHING,
    "least": web(),
    "app": app(),
    "device": app(
        redirectUris=None, grants=["urn:ietf:params:oauth:grant-type:device_code"], scopes=["db"]
    ),
    "webp": web(logo=_logo("image/webp", WEBP)),
    "one key": web(**_keyed(RSA)),
    "keys": web(**_keyed(P256 | {"kid": "1", "alg": "ES256"}, RSA | {"kid": "2", "use": "sig"})),
    "other curves": web(
        **_keyed(_ec(ec.SECP384R1()) | {"kid": "1"}, _ec(ec.SECP521R1()) | {"kid": "2"})
    ),
    "keys elsewhere": web(
        authentication={"method": "privateKey", "jwksUri": "https://orders.example/keys"}
    ),
    "federated": web(**_federated()),
    "first party with a secret on the own machine": web(
        redirectUris=["http://localhost:8080/callback"], firstParty=True
    ),
}
BAD: dict[str, tuple[Json, str]] = {
    "no name": (web(name=None), "name"),
    "name with a line": (web(name="a\nb"), "name"),
    "name turned around": (web(name="a\u202eb"), "name"),
    "space before the name": (web(name=" a"), "name"),
    "long name": (web(name="a" * 65), "name"),
    "svg": (web(logo=_logo("image/svg+xml", b"<svg/>")), "logo"),
    "svg that says png": (web(logo=_logo("image/png", b"<svg onload=x>" + bytes(20))), "logo"),
    "logo elsewhere": (web(logo="https://orders.example/logo.png"), "logo"),
    "logo with more": (web(logo=_logo("image/png", PNG) + '"><script>'), "logo"),
    "logo with a parameter": (web(logo=_logo("image/png;charset=x", PNG)), "logo"),
    "large logo": (web(logo=_logo("image/png", PNG + bytes(16_384))), "logo"),
    "no authentication": (web(authentication=None), "authentication"),
    "no method": (web(authentication={}), "authentication.method"),
    "other method": (web(authentication={"method": "mtls"}), "authentication.method"),
    "secret in the document": (
        web(authentication={"method": "secret", "secret": "x"}),
        "Only these members",
    ),
    "no keys": (web(authentication={"method": "privateKey"}), "authentication.jwks"),
    "keys twice": (
        web(
            authentication={
                "method": "privateKey",
                "jwks": {"keys": [RSA]},
                "jwksUri": "https://orders.example/keys",
            }
        ),
        "authentication.jwks",
    ),
    "keys over http": (
        web(authentication={"method": "privateKey", "jwksUri": "http://localhost/keys"}),
        "authentication.jwksUri",
    ),
    "empty set": (web(**_keyed()), "authentication.jwks.keys"),
    "six keys": (
        web(**_keyed(*(P256 | {"kid": str(n)} for n in range(6)))),
        "authentication.jwks.keys",
    ),
    "two keys without IDs": (web(**_keyed(P256, RSA)), "authentication.jwks.keys"),
    "second key without an ID": (
        web(**_keyed(P256 | {"kid": "1"}, RSA)),
        "authentication.jwks.keys",
    ),
    "two keys with one ID": (
        web(**_keyed(P256 | {"kid": "1"}, RSA | {"kid": "1"})),
        "authentication.jwks.keys",
    ),
    "private RSA key": (web(**_keyed(RSA | {"d": "AQAB"})), "authentication.jwks.keys[0].d"),
    "private member alone": (web(**_keyed(P256 | {"d": None})), "authentication.jwks.keys[0].d"),
    "symmetric key": (web(**_keyed({"kty": "oct", "k": "AAAA"})), "authentication.jwks.keys[0].k"),
    "weak key": (web(**_keyed(WEAK)), "authentication.jwks.keys[0].n"),
    "even modulus": (
        web(**_keyed(RSA | {"n": base64url.encode(b"\x80" + bytes(255))})),
        "authentication.jwks.keys[0].n",
    ),
    "exponent one": (web(**_keyed(RSA | {"e": "AQ"})), "authentication.jwks.keys[0].e"),
    "large exponent": (
        web(**_keyed(RSA | {"e": base64url.encode(b"\1" + bytes(3) + b"\1")})),
        "authentication.jwks.keys[0].e",
    ),
    "point off the curve": (
        web(**_keyed(P256 | {"y": base64url.encode(bytes(31) + b"\1")})),
        "authentication.jwks.keys[0].x",
    ),
    "coordinate too short": (
        web(**_keyed(P256 | {"y": base64url.encode(b"\1" * 31)})),
        "authentication.jwks.keys[0].y",
    ),
    "other curve": (web(**_keyed(P256 | {"crv": "secp256k1"})), "authentication.jwks.keys[0].crv"),
    "key to encrypt": (web(**_keyed(P256 | {"use": "enc"})), "authentication.jwks.keys[0].use"),
    "other algorithm": (web(**_keyed(P256 | {"alg": "RS256"})), "authentication.jwks.keys[0].alg"),
    "no algorithm": (web(**_keyed(RSA | {"alg": "none"})), "authentication.jwks.keys[0].alg"),
    "federated over http": (web(**_federated(issuer="http://a.example")), "authentication.issuer"),
    "federated without a subject": (web(**_federated(subject=None)), "authentication.subject"),
    "wildcard subject": (web(**_federated(subject="repo:x/*")), "authentication.subject"),
    "audience with a space": (web(**_federated(audience="a b")), "authentication.audience"),
    "no redirect URI": (web(redirectUris=[]), "redirectUris"),
    "redirect URI without the grant": (
        app(grants=["urn:ietf:params:oauth:grant-type:device_code"]),
        "redirectUris",
    ),
    "second redirect URI": (
        web(redirectUris=["https://orders.example/a", "javascript:alert(1)"]),
        "redirectUris[1]",
    ),
    "redirect URI twice": (web(redirectUris=["https://a.example/"] * 2), "redirectUris"),
    "many redirect URIs": (
        web(redirectUris=[f"https://a.example/{n}" for n in range(11)]),
        "redirectUris",
    ),
    "app's scheme with a secret": (web(redirectUris=["com.example:/a"]), "redirectUris[0]"),
    "after logout to a script": (
        web(postLogoutRedirectUris=["javascript:alert(1)"]),
        "postLogoutRedirectUris[0]",
    ),
    "logout over http": (
        web(backchannelLogoutUri="http://localhost/logout"),
        "backchannelLogoutUri[0]",
    ),
    "refresh token alone": (app(redirectUris=[], grants=["refresh_token"]), "grants"),
    "other grant": (web(grants=["password"]), "grants"),
    "offline without the grant": (web(scopes=["openid", "offline_access"]), "scopes"),
    "grant without offline": (web(grants=["authorization_code", "refresh_token"]), "scopes"),
    "scope with a space": (web(scopes=["openid profile"]), "scopes[0]"),
    "scope twice": (web(scopes=["openid", "openid"]), "scopes"),
    "resource with a fragment": (web(resources=["https://a.example/#x"]), "resources[0]"),
    "resource that is no URI": (web(resources=["orders"]), "resources[0]"),
    "other acr": (web(acr="phrh"), "acr"),
    "sector with a scheme": (web(sector="https://a.example"), "sector"),
    "flag as a text": (web(firstParty="false"), "firstParty"),
    "long life": (web(tokenLifetimeSeconds=3601), "tokenLifetimeSeconds"),
}
BAD_HERE: dict[str, tuple[Json, str]] = {
    "our issuer as a resource": (web(resources=["https://login.example"]), "resources[0]"),
    "an address of ours": (web(resources=["api://a", "https://login.example/userinfo"]),
        "resources[1]"),
    "our audience": (web(resources=["api://ours"]), "resources[0]"),
    "our audience with a slash": (web(resources=["api://ours/"]), "resources[0]"),
    "our tokens as a proof": (
        web(**_federated(issuer="https://login.example")),
        "authentication.issuer",
    ),
    "our tokens with a slash": (
        web(**_federated(issuer="https://login.example/")),
        "authentication.issuer",
    ),
    "longer than minutes": (web(tokenLifetimeSeconds=901), "tokenLifetimeSeconds"),
    "first party on the own machine": (app(firstParty=True), "firstParty"),
}  # fmt: skip


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_a_document_is_read_and_written_without_a_change(document: Json) -> None:
    read = client(document)
    RULES.check(Shape(document), read)
    written = write_client(read)
    assert client(written) == read
    given = {name: member for name, member in document.items() if member is not None}
    assert {name: _sorted(written[name]) for name in given} == {
        name: _sorted(member) for name, member in given.items()
    }


def _sorted(member: Any) -> Any:  # noqa: ANN401  any JSON
    return sorted(member) if isinstance(member, list) else member


def test_what_is_left_out_is_the_least_that_is_possible() -> None:
    read = client(web())
    assert read.grants == {Grant.AUTHORIZATION_CODE}
    assert read.scopes == {"openid"}
    assert (read.first_party, read.bound_tokens, read.resources) == (False, False, ())
    assert (read.acr, read.sector, read.token_lifetime, read.logo) == (None, None, None, None)


@pytest.mark.parametrize(("document", "member"), BAD.values(), ids=BAD.keys())
def test_a_refusal_names_the_member(document: Json, member: str) -> None:
    with pytest.raises(MalformedRequest, match=f"^{re.escape(member)} ") as refused:
        client(document)
    assert "alert" not in str(refused.value)


@pytest.mark.parametrize(("document", "member"), BAD_HERE.values(), ids=BAD_HERE.keys())
def test_this_service_refuses_what_others_would_accept(document: Json, member: str) -> None:
    read = client(document)
    with pytest.raises(MalformedRequest, match=f"^{re.escape(member)} "):
        RULES.check(Shape(document), read)


@pytest.mark.parametrize("client_id", ["login.example", "ours"])
def test_a_client_has_no_name_that_this_service_has_in_tokens(client_id: str) -> None:
    rules = ClientRules(replace(OWN, tokens=replace(OWN.tokens, audience="ours")))
    with pytest.raises(MalformedRequest, match=r"^id is a name of this service"):
        rules.check(Shape(web()), client(web(), client_id))
    rules.check(Shape(web()), client(web(), f"{client_id}-2"))


def test_unknown_members_of_a_key_are_left_out() -> None:
    read = write_client(client(web(**_keyed(RSA | {"x5u": "https://evil.example", "kid": "1"}))))
    (key,) = read["authentication"]["jwks"]["keys"]
    assert key.keys() == {"kty", "n", "e", "kid"}


def test_changes_are_named_by_their_members() -> None:
    before, after = client(web()), client(EVERYTHING)
    assert changed_members(before, before) == []
    assert changed_members(before, after)[:3] == ["logo", "redirectUris", "postLogoutRedirectUris"]
    assert changed_members(after, before) == changed_members(before, after)


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_storage_keeps_everything(document: Json) -> None:
    read = client(document)
    if isinstance(read.authentication, Secrets):
        read = replace(read, authentication=Secrets((_secret(1), _secret(2))))
    assert read_kept(keep(read), read.id) == read


def _secret(number: int) -> HashedSecret:
    made = datetime(2031, 5, 17, 12, tzinfo=UTC)
    return HashedSecret(bytes([number]) * 32, made_at=made, expires_at=made)


def test_each_change_gives_another_state() -> None:
    first = client(web())
    states = [
        keep(each).state
        for each in (
            first,
            client(web(logo=_logo("image/png", PNG))),
            client(web(redirectUris=["https://orders.example/other"])),
            replace(first, authentication=Secrets((_secret(1),))),
            replace(first, authentication=Secrets((_secret(2),))),
        )
    ]
    assert len(set(states)) == len(states)
    assert keep(client(web())).state == states[0]


@pytest.mark.parametrize(
    "address",
    [
        *("https://app.example", "https://app.example?x=/", "https://app.1b/x"),
        *("https://10.0.0.1/x", "https://[fd00::1]/x", "https://localhost/x", "https://intranet/x"),
    ],
)
async def test_an_address_that_is_never_called_is_refused(address: str) -> None:
    """It would never be asked, and nobody would know why."""
    with pytest.raises(ProviderUnavailable, match="not the address"):
        await PublicHttps(longest_body=1).get(address)
    for document in (
        web(backchannelLogoutUri=address),
        web(authentication={"method": "privateKey", "jwksUri": address}),
    ):
        with pytest.raises(MalformedRequest, match="as this service sends requests there"):
            client(document)


@pytest.mark.parametrize("address", ["https://app.example/x?y=z", "https://a.b-c.xn--p1ai:8443/"])
def test_an_address_that_can_be_called_is_accepted(address: str) -> None:
    assert client(web(backchannelLogoutUri=address)).backchannel_logout_uri == address


def test_the_largest_client_fits_into_storage() -> None:
    """A text of a row has at most 32,768 characters."""
    uris = [f"https://{n}.example/{'a' * 382}" for n in range(10)]
    modulus = base64url.encode(b"\xff" * 512)
    keys = [{"kty": "RSA", "n": modulus, "e": "AQAB", "kid": str(n) * 128} for n in range(5)]
    document = web(
        **_keyed(*(key | {"use": "sig", "alg": "PS256"} for key in keys)),
        name="\u00fc" * 64,
        redirectUris=uris,
        postLogoutRedirectUris=uris,
        backchannelLogoutUri=uris[0],
        resources=uris,
        scopes=[f"{n:02}{'s' * 62}" for n in range(40)],
        logo=_logo("image/png", PNG + bytes(12_222)),
    )
    kept = keep(client(document, "i" * 64))
    assert len(kept.document) < 32_768
    assert len(kept.logo) == 16_382
    assert len(json.dumps(document)) < MAX_BODY
