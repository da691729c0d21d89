"""Settings, read once from the environment. Nothing else in the service reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from shared.ceremonies import algorithms
from shared.ceremonies.policy import (
    AttestationConveyance,
    CeremonyPolicy,
    ResidentKey,
    SignCountPolicy,
    UserVerification,
)
from shared.environment import InvalidSetting as InvalidSetting
from shared.environment import Values
from shared.keys.settings import KeySettings, read_key_settings

DEFAULT_ALGORITHMS = ("ES256", "EdDSA", "ES384", "ES512", "RS256")
DEFAULT_ML_DSA = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}")
_APK_KEY_HASH = re.compile(r"android:apk-key-hash:[A-Za-z0-9_-]{43}")


class RegistrationMode(StrEnum):
    OPEN = "open"
    """A new username may register without a token."""
    VERIFIED = "verified"
    """Every registration needs a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesSettings:
    connection_string: str | None = None
    endpoint: str | None = None
    client_id: str | None = None
    """Of the user-assigned managed identity; None for a system-assigned one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    issuer: str
    audience: str
    lifetime_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    policy: CeremonyPolicy
    registration: RegistrationMode
    credentials_per_account: int
    tables: TablesSettings
    tokens: TokenSettings
    keys: KeySettings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raise InvalidSetting for the first value that is missing or wrong."""
    values = Values(environment)
    policy = _read_policy(values)
    return Settings(
        policy=policy,
        registration=values.choice("REGISTRATION", RegistrationMode, RegistrationMode.VERIFIED),
        # One transaction writes 100 rows at most, and an account's rows have to change together.
        credentials_per_account=values.integer("CREDENTIALS_PER_ACCOUNT", 20, 1, 90),
        tables=_read_tables(values),
        tokens=_read_tokens(values),
        keys=read_key_settings(values),
    )


def _read_policy(values: Values) -> CeremonyPolicy:
    rp_id = values.required("RP_ID")
    # Browsers take a last label of digits for an IP address, and no RP ID is one.
    if not _HOST.fullmatch(rp_id) or rp_id.rpartition(".")[2].isdecimal():
        values.refuse("RP_ID", f"{rp_id!r} is not a host name in lower case")
    return CeremonyPolicy(
        rp_id=rp_id,
        rp_name=values.optional("RP_NAME") or rp_id,
        origins=_read_origins(values, rp_id),
        top_origins=tuple(
            _web_origin(values, "RP_TOP_ORIGINS", origin)
            for origin in values.items("RP_TOP_ORIGINS")
        ),
        algorithms=_read_algorithms(values),
        user_verification=values.choice(
            "USER_VERIFICATION", UserVerification, UserVerification.REQUIRED
        ),
        resident_key=values.choice("RESIDENT_KEY", ResidentKey, ResidentKey.PREFERRED),
        attestation=values.choice("ATTESTATION", AttestationConveyance, AttestationConveyance.NONE),
        sign_count=values.choice("SIGN_COUNT_POLICY", SignCountPolicy, SignCountPolicy.REFUSE),
        lifetime_seconds=values.integer("CEREMONY_SECONDS", 300, 30, 600),
    )


def _read_origins(values: Values, rp_id: str) -> tuple[str, ...]:
    origins = values.items("RP_ORIGINS")
    if not origins:
        values.refuse("RP_ORIGINS", "at least one origin is needed")
    for origin in origins:
        if _APK_KEY_HASH.fullmatch(origin):
            continue
        host = urlsplit(_web_origin(values, "RP_ORIGINS", origin)).hostname or ""
        if host != rp_id and not host.endswith(f".{rp_id}"):
            values.refuse("RP_ORIGINS", f"{origin!r} is not on RP_ID {rp_id!r} or below it")
    return origins


def _web_origin(values: Values, name: str, origin: str) -> str:
    parts = _split(values, name, origin)
    host, port = parts.hostname or "", parts.port
    default_port = {"https": 443, "http": 80}.get(parts.scheme)
    suffix = "" if port in (None, default_port) else f":{port}"
    if not _HOST.fullmatch(host) or origin != f"{parts.scheme}://{host}{suffix}":
        values.refuse(name, f"{origin!r} is not an origin as browsers write it")
    local = host == "localhost" or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        values.refuse(name, f"{origin!r} must be https (http is for localhost alone)")
    return origin


def _split(values: Values, name: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # parsed, and refused, only when it is asked for
    except ValueError:
        values.refuse(name, f"{address!r} is not an address")
    return parts


def _read_algorithms(values: Values) -> tuple[int, ...]:
    supported = algorithms.supported()
    names = values.items("ALGORITHMS")
    if not names:
        offered = (algorithms.NAMES[name] for name in DEFAULT_ALGORITHMS + DEFAULT_ML_DSA)
        return tuple(algorithm for algorithm in offered if algorithm in supported)
    for name in names:
        if algorithms.NAMES.get(name) not in supported:
            values.refuse("ALGORITHMS", f"{name!r} is not one of {', '.join(algorithms.NAMES)}")
    return tuple(algorithms.NAMES[name] for name in names)


def _read_tables(values: Values) -> TablesSettings:
    connection_string = values.optional("TABLES_CONNECTION_STRING")
    endpoint = values.optional("TABLES_ENDPOINT")
    if (connection_string is None) == (endpoint is None):
        values.refuse(
            "TABLES_ENDPOINT", "set either this or TABLES_CONNECTION_STRING, and not both"
        )
    if endpoint is not None and not endpoint.startswith("https://"):
        values.refuse("TABLES_ENDPOINT", "must begin with https://, as identities need TLS")
    if connection_string is not None and "AccountName=" not in connection_string:
        values.refuse("TABLES_CONNECTION_STRING", "is not a storage connection string")
    return TablesSettings(
        connection_string=connection_string,
        endpoint=endpoint,
        client_id=values.optional("AZURE_CLIENT_ID"),
    )


def _read_tokens(values: Values) -> TokenSettings:
    issuer = values.required("ISSUER")
    parts = _split(values, "ISSUER", issuer)
    # Compared byte for byte by whoever verifies a token, so it has one spelling only.
    if issuer.endswith("/") or parts.query or parts.fragment:
        values.refuse("ISSUER", "must be an address without a slash at its end, query or fragment")
    _web_origin(values, "ISSUER", f"{parts.scheme}://{parts.netloc}")
    return TokenSettings(
        issuer=issuer,
        audience=values.optional("TOKEN_AUDIENCE") or issuer,
        lifetime_seconds=values.integer("ACCESS_TOKEN_SECONDS", 300, 60, 3600),
    )
