"""The programs in docs/dotnet.md, which nothing here can compile, fit the service and what was
recorded."""

import json
import re
from typing import Any

import pytest

from shared.json_shape import Shape
from shared.openid.authorization.redirects import matches
from shared.openid.client_authentication.credentials import JWT_BEARER
from shared.openid.clients.client import Client
from shared.openid.clients.documents import MEMBERS, read_client
from shared.openid.permission import allowed_scope
from shared.sessions.access_token import PHISHING_RESISTANT, TYPE
from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import (
    ASPNET_DEFAULT,
    DUENDE,
    VERSIONS,
)
from tests.blueprints.openid.web import body_of
from tests.documents import FENCED, REPOSITORY
from tests.harness.service_harness import ORIGIN

PAGE = (REPOSITORY / "docs" / "dotnet.md").read_text(encoding="utf-8")
BLOCKS = [(found[2], found[3]) for found in FENCED.finditer(PAGE)]
PROGRAMS = [text for language, text in BLOCKS if language == "csharp"]
DOCUMENTS: list[dict[str, Any]] = [json.loads(text) for lang, text in BLOCKS if lang == "json"]
WEB, KEY, IDENTITY_WEB, API, CLI, AZURE, SQL, CERTIFICATE, PASSWORD = PROGRAMS
AUTHORITY = "https://login.example.org"


def registered(client_id: str) -> Client:
    (document,) = [each for each in DOCUMENTS if each["id"] == client_id]
    shape = Shape(document)
    shape.only(*MEMBERS)
    return read_client(shape, shape.text("id"))


def value_of(program: str, name: str) -> str:
    """Of an option that is set to a text."""
    (found,) = set(re.findall(rf"\b{name} = \$?\"([^\"]*)\"", program))
    return str(found)


@pytest.mark.parametrize("program", PROGRAMS)
def test_brackets_are_closed(program: str) -> None:
    code = re.sub(r"\"[^\"]*\"|'.'", "", program)
    opened: list[str] = []
    for mark in re.findall(r"[()\[\]{}]", code):
        if mark in "([{":
            opened.append(mark)
        else:
            assert opened.pop() + mark in ("()", "[]", "{}")
    assert opened == []


@pytest.mark.parametrize("program", [WEB, API, CLI])
def test_every_program_asks_the_same_provider(program: str) -> None:
    assert value_of(program, "Authority") == AUTHORITY


def test_the_web_application_is_the_client_that_is_shown() -> None:
    client = registered(value_of(WEB, "ClientId"))
    # The handler's own paths, as it was seen to send them.
    (redirect_uri,), (signed_out,) = client.redirect_uris, client.post_logout_redirect_uris
    assert redirect_uri.endswith(ASPNET_DEFAULT["redirect_uri"].rpartition("/")[2])
    assert signed_out.endswith("/signout-callback-oidc")
    assert allowed_scope(tuple(ASPNET_DEFAULT["scope"].split()), client)


def test_the_command_line_is_the_client_that_is_shown() -> None:
    client = registered(value_of(CLI, "ClientId"))
    assert matches(client, DUENDE["redirect_uri"])
    assert matches(client, value_of(CLI, "RedirectUri").replace("{port}", "49152"))
    assert value_of(CLI, "Scope") == DUENDE["scope"]
    assert set(DUENDE["scope"].split()) <= client.scopes
    (resource,) = re.findall(r"\"resource\", \"([^\"]+)\"", AZURE)
    assert resource in client.resources


@pytest.mark.parametrize(
    "line",
    [
        'options.ResponseType = "code";',
        "options.MapInboundClaims = false;",
        'options.ClaimActions.Remove("acr");',
        'options.TokenValidationParameters.NameClaimType = "name";',
        'options.TokenValidationParameters.RoleClaimType = "groups";',
        "options.Events.OnRemoteFailure = ",
        "options.SaveTokens = true;",
        f'user.FindFirst("acr")?.Value == "{PHISHING_RESISTANT}"',
        'user.FindFirst("auth_time")',
    ],
)
def test_no_line_is_missing_without_which_an_application_fails(line: str) -> None:
    assert line in WEB


def test_an_api_takes_access_tokens_alone_and_not_for_long_after_their_end() -> None:
    assert f'ValidTypes = ["{TYPE}"];' in API
    assert "ClockSkew = TimeSpan.FromSeconds(30);" in API


def test_an_api_refuses_bound_tokens_at_every_endpoint() -> None:
    """The library accepts them from anybody, and an endpoint may have another policy, or none."""
    (event,) = re.findall(r"OnTokenValidated = context =>\s*\{(.*?)return Task", API, re.DOTALL)
    condition, _, refusal = event.strip().partition(") context.Fail(")
    assert condition == 'if (context.Principal!.FindFirst("cnf") is not null'
    assert refusal
    assert "cnf" not in API.partition("AddPolicy")[2]


async def test_an_address_of_metadata_is_ours(application: Application) -> None:
    """Microsoft.Identity.Web looks for it elsewhere, and has to be told."""
    address = value_of(IDENTITY_WEB, "MetadataAddress")
    assert address.startswith(f"{AUTHORITY}/")
    found = body_of(await application.web.send("GET", address.removeprefix(AUTHORITY)))
    issuer = value_of(IDENTITY_WEB, "ValidIssuer")
    assert str(found["issuer"]).replace(ORIGIN, AUTHORITY) == issuer
    assert "IssuerValidator = null;" in IDENTITY_WEB
    assert "PostConfigure" not in IDENTITY_WEB  # too late, as was seen
    # Options of a handler have the name of its scheme.
    assert "(OpenIdConnectDefaults.AuthenticationScheme, " in IDENTITY_WEB


def test_a_refresh_token_is_used_by_one_at_a_time() -> None:
    used = AZURE.index("RefreshTokenAsync")
    assert AZURE.index("WaitAsync") < used < AZURE.index("finally") < AZURE.index("Release()")


def test_an_assertion_is_one_that_the_service_takes() -> None:
    assert re.findall(r"ClientAssertionType = \"([^\"]+)\"", KEY) == [JWT_BEARER] * 2
    assert value_of(KEY, "Audience") == AUTHORITY
    assert value_of(KEY, "Issuer") == value_of(WEB, "ClientId")
    assert "AddMinutes(1)" in KEY
    assert {"sub", "jti"} == set(re.findall(r"\[\"(\w+)\"\]", KEY))


@pytest.mark.parametrize(
    ("program", "names"),
    [
        (AZURE, {"ClientAssertionCredential", "RefreshTokenAsync"}),
        (SQL, {"AccessTokenCallback", "SqlAuthenticationToken", "AddMinutes(1)"}),
        (CERTIFICATE, {"UseSslClientAuthenticationOptionsCallback", "offline: true", "NotAfter"}),
        (CERTIFICATE, {"SslStreamCertificateContext.Create", "Connection Lifetime="}),
        (PASSWORD, {"UsePasswordProvider"}),
    ],
)
def test_databases_and_azure_are_reached_in_the_way_that_worked(
    program: str, names: set[str]
) -> None:
    assert {name for name in names if name not in program} == set()
    assert "Password=" not in program  # refused beside a provider of passwords


def test_the_page_names_the_versions_that_were_recorded() -> None:
    rows = re.findall(r"^\| ([A-Z][^|]+) \| ([\d., ]+) \|", PAGE, re.MULTILINE)
    assert dict(rows) == VERSIONS
