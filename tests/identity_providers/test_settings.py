import json

import pytest

from shared.accounts.roles import Role
from shared.identity_providers.provider import AcceptedTokens, Kind
from shared.identity_providers.settings.provider_entry import InvalidProvider
from shared.identity_providers.settings.providers import parse_providers
from tests.identity_providers.claims import API, FOREIGN_TENANT, OTHER_TENANT, TENANT
from tests.identity_providers.settings import (
    ADMINS,
    GRAPH,
    OKTA,
    V1,
    V1_TEMPLATE,
    V2,
    V2_TEMPLATE,
    Entry,
    entra,
    entra_of_several,
    okta,
    read,
    read_all,
)


def test_one_tenant_of_entra_needs_an_issuer_and_audiences() -> None:
    provider = read(entra())
    assert provider.kind is Kind.ENTRA
    assert provider.tenants == (TENANT,)
    assert provider.subject_claims == ("tid", "oid")
    assert provider.accepted_tokens is AcceptedTokens.ACCESS
    assert provider.algorithms == {"RS256"}
    assert provider.roles == {role: {role.value} for role in Role}
    assert provider.issuers() == {V2: TENANT}


def test_several_tenants_give_no_role_by_themselves() -> None:
    provider = read(entra_of_several())
    assert provider.roles == {}
    assert list(provider.issuers().values()) == [TENANT, OTHER_TENANT]


def test_another_provider_is_known_by_its_subject_and_gives_no_role_by_itself() -> None:
    provider = read(okta(subjectClaims=None))
    assert provider.kind is Kind.OIDC
    assert provider.subject_claims == ("sub",)
    assert (provider.roles, provider.roles_claim, provider.tenants) == ({}, None, ())


@pytest.mark.parametrize(
    ("entry", "discovery"),
    [
        (entra(), f"{V2}/.well-known/openid-configuration"),
        (
            entra(V1),
            f"https://login.microsoftonline.com/{TENANT}/.well-known/openid-configuration",
        ),
        (
            entra_of_several(),
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        ),
        (
            entra_of_several(V1_TEMPLATE),
            "https://login.microsoftonline.com/common/.well-known/openid-configuration",
        ),
        (okta(), f"{OKTA}/.well-known/openid-configuration"),
        (okta(discovery="https://elsewhere.example/doc"), "https://elsewhere.example/doc"),
    ],
)
def test_discovery_follows_from_the_issuer_unless_it_is_given(entry: Entry, discovery: str) -> None:
    assert read(entry).discovery == discovery


def test_graph_is_that_of_the_public_cloud_unless_it_is_given() -> None:
    graph = read(entra(graph=GRAPH)).graph
    assert graph is not None
    assert (graph.authority, graph.url) == (
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com/v1.0",
    )
    elsewhere = {"authority": "https://a.example", "url": "https://b.example/v1.0/"}
    graph = read(entra(graph=GRAPH | elsewhere)).graph
    assert graph is not None
    assert (graph.authority, graph.url) == ("https://a.example", "https://b.example/v1.0")


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        ({"audiences": ["api"]}, "issuer: is required"),
        (okta("http://example.okta.com"), "issuer: "),
        (okta("https://user@example.okta.com"), "issuer: "),
        (okta("https://example.okta.com?tenant=1"), "issuer: "),
        (okta("https://example.okta.com#"), "issuer: "),
        (okta("https://example.okta.com:port"), "issuer: "),
        (okta("https://[example"), "issuer: "),
        (okta("https://"), "issuer: "),
        (okta(kind="entra"), "issuer: is not one of Entra's"),
        (okta(kind="saml"), "kind: 'saml' must be one of: entra, oidc"),
        (entra(audiences=None), "audiences: at least one is needed"),
        (entra(audiences=[]), "audiences: "),
        (entra(audiences="api"), "audiences: "),
        (entra(audiences=["api", 1]), "audiences: "),
        (entra(audiences=["api", "api"]), "audiences: "),
        (entra_of_several(tenants=None), "tenants: are required"),
        (entra_of_several(tenants=["contoso.example"]), "tenants[0]: 'contoso.example'"),
        (entra_of_several(tenants=[TENANT, TENANT.replace("1", "A")]), "tenants[1]: "),
        (entra(tenants=[FOREIGN_TENANT]), "tenants: the issuer is that of one tenant"),
        (okta(tenants=[TENANT]), "tenants: are Entra's alone"),
        (okta("https://idp.example/x/{tenantid}"), "tenants: are Entra's alone"),
        (entra(acceptedTokens="both"), "acceptedTokens: 'both' must be one of: access, id"),
        (entra(algorithms=["RS256", "HS256"]), "algorithms[1]: 'HS256' is not allowed here"),
        (entra(algorithms=["none"]), "algorithms[0]: "),
        (entra(algorithms=["rs256"]), "algorithms[0]: "),
        (entra(subjectClaims=["tid", "email"]), "subjectClaims[1]: 'email'"),
        (entra(subjectClaims=["upn"]), "subjectClaims[0]: "),
        (entra(subjectClaims=["preferred_username"]), "subjectClaims[0]: "),
        (okta(subjectClaims=["Unique_Name"]), "subjectClaims[0]: "),
        (entra_of_several(subjectClaims=["oid"]), "subjectClaims: must hold 'tid'"),
        (entra(roles={"Administrator": ["x"]}), "roles.Administrator: is not known"),
        (entra(roles={"Audit.Read": "x"}), "roles.Audit.Read: must be a list"),
        (entra(roles={"Audit.Read": []}), "roles.Audit.Read: must hold at least one"),
        (entra(roles=["Audit.Read"]), "roles: must be an object"),
        (okta(roles={"Audit.Read": ["x"]}), "rolesClaim: is required"),
        (okta(groups={"Audit.Read": ["x"]}), "groupsClaim: is required"),
        (entra(groups={"Audit.Read": [ADMINS]}), "graph: is required"),
        (entra(groups={"Audit.Read": ["Admins"]}, graph=GRAPH), "groups.Audit.Read[0]: 'Admins'"),
        (entra(graph={}), "graph.clientId: is required"),
        (entra(graph=GRAPH | {"secret": "x"}), "graph.secret: is not known"),
        (entra(graph=GRAPH | {"url": "http://graph.example"}), "graph.url: "),
        (okta(graph=GRAPH), "graph: is Entra's alone"),
        (entra(applicationWhen={"gty": "x"}), "applicationWhen: "),
        (okta(applicationWhen={}), "applicationWhen: "),
        (okta(applicationWhen={"gty": 1}), "applicationWhen.gty: "),
        (okta(usernameClaim="a\nb"), "usernameClaim: "),
        (okta(rolesclaim="roles"), "rolesclaim: is not known"),
        (okta(freshness="never"), "freshness: 'never' must be one of: sign-in, token"),
        (okta(applicationTokenSeconds=29), "applicationTokenSeconds: 29 must be a whole number"),
        (okta(applicationTokenSeconds=86_401), "applicationTokenSeconds: "),
        (okta(applicationTokenSeconds="300"), "applicationTokenSeconds: "),
        (okta(applicationTokenSeconds=True), "applicationTokenSeconds: "),
    ],
)
def test_refuses_an_entry_and_names_the_member(entry: Entry, refused: str) -> None:
    with pytest.raises(InvalidProvider) as raised:
        read_all(okta("https://first.example"), entry)
    assert str(raised.value).startswith("IDENTITY_PROVIDERS[1]" + "." + refused)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", "IDENTITY_PROVIDERS: is not JSON"),
        ("{}", "IDENTITY_PROVIDERS: must be a list"),
        ("[1]", "IDENTITY_PROVIDERS[0]: must be an object"),
        ('[{"issuer":"https://a.example","issuer":"https://b.example"}]', "IDENTITY_PROVIDERS: "),
        ("[" * 100_000, "IDENTITY_PROVIDERS: is not JSON"),
    ],
)
def test_refuses_a_value_that_is_not_a_list_of_objects(text: str, refused: str) -> None:
    with pytest.raises(InvalidProvider, match="^" + refused.replace("[", r"\[")):
        parse_providers(text)


@pytest.mark.parametrize(
    "entries",
    [
        (entra(), entra(audiences=["another"])),
        (entra(), entra_of_several()),
        (entra_of_several(), entra()),
        (okta(), okta(audiences=["another"])),
    ],
)
def test_refuses_two_entries_that_trust_one_issuer(entries: tuple[Entry, Entry]) -> None:
    with pytest.raises(InvalidProvider, match=r"^IDENTITY_PROVIDERS\[1\]\.issuer: .* another"):
        read_all(*entries)


def test_refuses_this_service_as_a_provider() -> None:
    with pytest.raises(InvalidProvider, match=r"IDENTITY_PROVIDERS\[0\]\.issuer"):
        parse_providers(json.dumps([okta()]), own_issuers=[OKTA])


def test_accepts_both_token_versions_of_one_tenant() -> None:
    providers = read_all(entra(V1), entra(V2))
    assert [provider.entra_version for provider in providers] == ["1.0", "2.0"]


def test_the_template_covers_only_the_listed_tenants() -> None:
    issuers = read(entra_of_several(V2_TEMPLATE, audiences=[API])).issuers()
    assert V2_TEMPLATE not in issuers
    assert V2_TEMPLATE.replace("{tenantid}", FOREIGN_TENANT) not in issuers
