"""Each setting's good and bad values; a refusal names the setting and shows no secret."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.keys.settings import KeyFileSettings
from shared.sessions.token_settings import TokenSettings
from shared.settings import (
    IdentitySettings,
    InvalidSetting,
    RegistrationMode,
    TablesSettings,
    read_settings,
)
from shared.webauthn.algorithms import NAMES, supported
from shared.webauthn.policy import (
    AttestationConveyance,
    BackupEligibilityPolicy,
    CeremonyPolicy,
    ResidentKey,
    SignCountPolicy,
    UserVerification,
)

SECRET = "c2VjcmV0LWtleQ=="
CONNECTION_STRING = (
    f"DefaultEndpointsProtocol=https;AccountName=tables;AccountKey={SECRET};"
    "EndpointSuffix=core.windows.net"
)
LEAST = {
    "RP_ID": "example.org",
    "RP_ORIGINS": "https://example.org",
    "ISSUER": "https://login.example.org",
    "SIGNING_KEY_FILE": "/run/keys/signing.pem",
    "TABLES_CONNECTION_STRING": CONNECTION_STRING,
}
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
WEBP = "data:image/webp;base64,UklGRhoAAABXRUJQVlA4"
APP = "android:apk-key-hash:" + "A" * 43
GOOD: dict[str, tuple[str, ...]] = {
    "RP_ORIGINS": (
        *("https://example.org:8443", "https://www.example.org", "https://a.b.c.example.org"),
        *(f"https://example.org,{APP}", " https://example.org , https://www.example.org ,"),
        "https://xn--bcher-kva.example.org",
    ),
    "RP_TOP_ORIGINS": ("https://other.example", "http://localhost:8080,https://a.example:1"),
    "ISSUER": (
        *("https://example.org/tenant", "https://example.org:8443", "http://localhost:7071"),
        "https://example.org/a/b",
    ),
    "TOKEN_AUDIENCE": ("api://touchstone", "anything"),
    "COMMAND_LINE": ("on", "off"),
    "CLIENT_METADATA_HOSTS": ("app.example", "app.example, other.example:8443", "*"),
    "CLIENT_METADATA_SCOPES": ("files:read,files:write",),
    "CLIENT_METADATA_RESOURCES": ("https://files.example/mcp,api://orders",),
    "RP_LOGO": (PNG, WEBP),
    "RP_ACCENT": ("#1f6feb", "#26314A, #efc15c"),
    "RP_NAME": ("A name with spaces and \u00fcml\u00e4uts",),
}
BAD: dict[str, tuple[str, ...]] = {
    "COMMAND_LINE": ("true", "ON"),
    "CLIENT_METADATA_HOSTS": (
        *(
            "*.example",
            "https://app.example",
            "app.example/",
            "10.0.0.1",
            "localhost",
            "App.example",
        ),
    ),
    "RP_LOGO": (
        *("https://example.org/logo.png", "logo.png", "data:image/svg+xml;base64,PHN2Zy8+"),
        *("data:image/png;base64,PHN2Zy8+", "data:text/html;base64,PHN2Zy8+", PNG + "!"),
        "data:image/png;base64," + "A" * 16_400,
    ),
    "RP_ACCENT": (
        *("red", "1f6feb", "#1f6fe", "#1f6feb;", "rgb(1,2,3)", "#ffffff", "#26314a", "#efc15c"),
        *("#efc15c,#26314a", "#1f6feb,#1f6fea,#1f6fe9"),
    ),
    "CLIENT_METADATA_SCOPES": ("files read", 'files"', "f\u00fcr"),
    "CLIENT_METADATA_RESOURCES": ("files", "https://files.example/#a", "https://files example"),
    "RP_ID": (
        *("", " ", "Example.org", "https://example.org", "example.org:443", "example.org/"),
        *("user@example.org", "*.example.org", ".example.org", "example.org.", "example..org"),
        *("exa mple.org", "exa_mple.org", "ex\u00e4mple.org", "-example.org", "example-.org"),
        *("example.-org", "127.0.0.1", "10.1", "example.1", "[::1]", "a" * 64 + ".org"),
        ".".join(["a" * 60] * 5),
    ),
    "RP_ORIGINS": (
        *("", ",", "example.org", "http://example.org", "https://example.com", "*", "null"),
        *("https://example.org/", "https://example.org/path", "https://example.org?x"),
        *("https://example.org#x", "https://user@example.org", "https://EXAMPLE.org"),
        *("HTTPS://example.org", "https://example.org:443", "https://example.org:0443"),
        *("https://example.org:", "https://example.org:99999", "https://example.org:port"),
        *("https://example.org.", "https://notexample.org", "https://example.org.evil.example"),
        *("https://*.example.org", "https://[", "https://ex\u00e4mple.org", "https:/example.org"),
        *("ftp://example.org", "android:apk-key-hash:short", APP + "A", APP[:-1] + "="),
        "https://example.org;https://www.example.org",
        "https://example.org https://www.example.org",
        "https://example.org,https://evil.example",
    ),
    "RP_TOP_ORIGINS": (
        *("other.example", "http://other.example", "https://other.example/", "*", APP),
        "https://other.example,null",
    ),
    "ALGORITHMS": ("ES257", "es256", "-7", "ES256;RS256", "ES256,none", "RS1", "ES256K"),
    "USER_VERIFICATION": ("always", "REQUIRED", "true"),
    "RESIDENT_KEY": ("yes", "Required"),
    "ATTESTATION": ("full", "None"),
    "SIGN_COUNT_POLICY": ("ignore", "REFUSE"),
    "BACKUP_ELIGIBILITY_POLICY": ("refuse", "STRICT"),
    "REGISTRATION": ("closed", "OPEN"),
    "CEREMONY_SECONDS": ("29", "601", "0", "-1", "1.5", "1e2", "0x40", "five", "9" * 50),
    "CREDENTIALS_PER_ACCOUNT": ("0", "91", "many", "+5", "5 5"),
    "ACCESS_TOKEN_SECONDS": ("59", "3601", "1h"),
    "ISSUER": (
        *("", "example.org", "https://example.org/", "https://example.org?x", "https://"),
        *("https://example.org#x", "http://example.org", "http://localhost.evil.example"),
        *("https://user@example.org", "https://EXAMPLE.org", "ftp://example.org"),
        *("https://example.org:443", "https://[", "urn:touchstone"),
    ),
    "SIGNING_KEY_FILE": ("", "  "),
}
NUMBERS = {
    "CEREMONY_SECONDS": (30, 600),
    "CREDENTIALS_PER_ACCOUNT": (1, 90),
    "ACCESS_TOKEN_SECONDS": (60, 3600),
}


def refusal(**changes: str) -> str:
    with pytest.raises(InvalidSetting) as refused:
        read_settings(LEAST | changes)
    return str(refused.value)


def rows(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


def policy(**changes: str) -> CeremonyPolicy:
    return read_settings(LEAST | changes).policy


def test_the_defaults_are_the_strict_ones() -> None:
    settings = read_settings(LEAST)
    assert settings.policy == CeremonyPolicy(
        rp_id="example.org",
        rp_name="example.org",
        origins=("https://example.org",),
        top_origins=(),
        algorithms=(-7, -8, -35, -36, -257, -48, -49, -50),
        user_verification=UserVerification.REQUIRED,
        resident_key=ResidentKey.PREFERRED,
        attestation=AttestationConveyance.NONE,
        sign_count=SignCountPolicy.REFUSE,
        backup_eligibility=BackupEligibilityPolicy.REPORT,
        lifetime_seconds=300,
    )
    assert settings.registration is RegistrationMode.VERIFIED
    assert settings.credentials_per_account == 20
    assert settings.tables == TablesSettings(connection_string=CONNECTION_STRING)
    assert settings.tokens == TokenSettings(
        issuer="https://login.example.org",
        audience="https://login.example.org",
        lifetime_seconds=300,
    )
    assert settings.keys == KeyFileSettings(
        signing_key=Path("/run/keys/signing.pem"),
        client_ca_key=None,
        client_ca_overlap=timedelta(days=14),
        refresh_interval=timedelta(minutes=5),
    )


@pytest.mark.parametrize(("name", "value"), rows(GOOD))
def test_good_values_are_accepted(name: str, value: str) -> None:
    assert read_settings(LEAST | {name: value}).policy.rp_id == "example.org"


@pytest.mark.parametrize(("name", "value"), rows(BAD))
def test_bad_values_are_refused(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"{name}: ")


@pytest.mark.parametrize("name", [name for name in LEAST if name != "TABLES_CONNECTION_STRING"])
def test_a_required_setting_must_be_set(name: str) -> None:
    settings = {held: value for held, value in LEAST.items() if held != name}
    with pytest.raises(InvalidSetting, match=rf"^{name}: "):
        read_settings(settings)


def test_lists_keep_their_order_and_name_each_once() -> None:
    origins = "https://b.example.org, https://a.example.org,,https://b.example.org"
    assert policy(RP_ORIGINS=origins).origins == ("https://b.example.org", "https://a.example.org")
    assert policy(ALGORITHMS="RS256, ES256,RS256").algorithms == (-257, -7)
    top_origins = "https://z.example,https://y.example"
    assert policy(RP_TOP_ORIGINS=top_origins).top_origins == (
        "https://z.example",
        "https://y.example",
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_algorithm_can_be_named(name: str) -> None:
    assert NAMES[name] in supported()
    assert policy(ALGORITHMS=name).algorithms == (NAMES[name],)


def test_rs1_is_refused_by_name() -> None:
    assert refusal(ALGORITHMS="ES256,RS1") == (
        "ALGORITHMS: RS1 is never offered: it signs SHA-1, for which collisions are made"
    )


def test_unstated_top_origins_are_allowed_only_by_a_keyword() -> None:
    assert not policy(RP_TOP_ORIGINS="https://z.example").unstated_top_origin
    both = policy(RP_TOP_ORIGINS="https://z.example, unstated")
    assert both.unstated_top_origin
    assert both.top_origins == ("https://z.example",)
    assert policy(RP_TOP_ORIGINS="unstated").unstated_top_origin


@pytest.mark.parametrize("name", ["Ed448", "PS256", "PS384", "PS512"])
def test_some_algorithms_are_offered_only_if_they_are_named(name: str) -> None:
    assert NAMES[name] not in policy().algorithms


def test_choices_are_set_by_keywords() -> None:
    chosen = policy(
        USER_VERIFICATION="discouraged",
        RESIDENT_KEY="required",
        ATTESTATION="direct",
        SIGN_COUNT_POLICY="strict",
        BACKUP_ELIGIBILITY_POLICY="strict",
        RP_NAME=" A name ",
    )
    assert chosen == replace(
        policy(),
        user_verification=UserVerification.DISCOURAGED,
        resident_key=ResidentKey.REQUIRED,
        attestation=AttestationConveyance.DIRECT,
        sign_count=SignCountPolicy.STRICT,
        backup_eligibility=BackupEligibilityPolicy.STRICT,
        rp_name="A name",
    )
    assert read_settings(LEAST | {"REGISTRATION": "open"}).registration is RegistrationMode.OPEN


@pytest.mark.parametrize(("name", "limits"), NUMBERS.items())
def test_numbers_have_limits(name: str, limits: tuple[int, int]) -> None:
    for number in limits:
        settings = read_settings(LEAST | {name: f" {number} "})
        assert number in (
            settings.policy.lifetime_seconds,
            settings.credentials_per_account,
            settings.tokens.lifetime_seconds,
        )
    assert f"from {limits[0]} to {limits[1]}" in refusal(**{name: str(limits[1] + 1)})


def test_with_an_identity_tables_are_set_by_their_address() -> None:
    given = {"TABLES_CONNECTION_STRING": "", "TABLES_ENDPOINT": "https://tables.example"}
    assert read_settings(LEAST | given).tables == TablesSettings(endpoint="https://tables.example")


def test_the_client_id_and_the_kind_of_credential_may_be_set() -> None:
    text = {"AZURE_CLIENT_ID": "client", "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential"}
    assert read_settings(LEAST).identity == IdentitySettings()
    assert read_settings(LEAST | text).identity == IdentitySettings(
        client_id="client", credentials="AzureCliCredential"
    )


@pytest.mark.parametrize(("text", "asim"), [("", True), ("true", True), ("false", False)])
def test_filling_the_tables_of_sentinel_can_be_switched(text: str, *, asim: bool) -> None:
    rule = {"AUDIT_DCR_ENDPOINT": "https://rule.example", "AUDIT_DCR_ID": f"dcr-{'0' * 32}"}
    monitor = read_settings(LEAST | rule | {"AUDIT_ASIM": text}).audit.monitor
    assert monitor is not None
    assert monitor.asim is asim


@pytest.mark.parametrize(
    ("connection_string", "endpoint", "named"),
    [
        ("", "", "TABLES_ENDPOINT"),
        (CONNECTION_STRING, "https://tables.example", "TABLES_ENDPOINT"),
        ("", "http://tables.example", "TABLES_ENDPOINT"),
        ("", CONNECTION_STRING, "TABLES_ENDPOINT"),
        (f"AccountKey={SECRET}", "", "TABLES_CONNECTION_STRING"),
        (SECRET, "", "TABLES_CONNECTION_STRING"),
        (CONNECTION_STRING.replace(SECRET, f"{SECRET}="), "", "TABLES_CONNECTION_STRING"),
        (CONNECTION_STRING.replace(SECRET, f"'{SECRET}'"), "", "TABLES_CONNECTION_STRING"),
    ],
)
def test_a_refusal_never_shows_a_connection_string(
    connection_string: str, endpoint: str, named: str
) -> None:
    text = refusal(TABLES_CONNECTION_STRING=connection_string, TABLES_ENDPOINT=endpoint)
    assert text.startswith(f"{named}: ")
    assert SECRET not in text
    assert "AccountKey" not in text


def test_a_refusal_says_whether_none_or_both_of_two_settings_are_set() -> None:
    neither = refusal(TABLES_CONNECTION_STRING="", TABLES_ENDPOINT="")
    assert "neither this nor TABLES_CONNECTION_STRING is set" in neither
    both = refusal(TABLES_ENDPOINT="https://tables.example")
    assert "both this and TABLES_CONNECTION_STRING are set" in both


def test_a_refusal_of_another_setting_never_shows_a_connection_string() -> None:
    for name, value in rows(BAD):
        assert SECRET not in refusal(**{name: value})
