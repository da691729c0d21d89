"""The service's settings, read once from the environment. No other module reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.access.profiles.profile import Profile
from shared.access.web.proof import WebSettings
from shared.access_passes.access_pass import PassPolicy
from shared.environment import InvalidSetting, Values
from shared.identity_providers.provider import Provider
from shared.identity_providers.settings.provider_entry import InvalidProvider
from shared.keys.settings import KeySettings, read_key_settings
from shared.openid.clients.client import Client
from shared.openid.external_mfa.configuration import PATH, ExternalMfa
from shared.pages.appearance import Appearance
from shared.rate_limits.addresses import TrustedProxies
from shared.rate_limits.policy import Limit
from shared.sessions.session import SessionLimits
from shared.sessions.token_settings import TokenSettings
from shared.settings.appearance import read_appearance
from shared.settings.audit import AuditSettings, read_audit
from shared.settings.ceremonies import read_policy
from shared.settings.client_metadata import ClientMetadataSettings, read_client_metadata
from shared.settings.entra import read_entra_login
from shared.settings.external_mfa import read_external_mfa
from shared.settings.identity import IdentitySettings, read_identity
from shared.settings.limits import read_proxies, read_rate_limits
from shared.settings.passes import read_pass_policy
from shared.settings.tables import TablesSettings, read_tables
from shared.settings.tokens import read_sessions, read_tokens
from shared.settings.web import read_web
from shared.webauthn.policy import CeremonyPolicy

__all__ = [
    "AuditSettings",
    "IdentitySettings",
    "InvalidSetting",
    "RegistrationMode",
    "Settings",
    "TablesSettings",
    "TokenSettings",
    "read_settings",
]


class RegistrationMode(StrEnum):
    OPEN = "open"
    """A new username may register without a token."""
    VERIFIED = "verified"
    """Every registration needs a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    policy: CeremonyPolicy
    appearance: Appearance
    registration: RegistrationMode
    credentials_per_account: int
    step_up_age: timedelta
    """The maximum age of the sign-in behind a token that changes credentials."""
    identity: IdentitySettings
    tables: TablesSettings
    tokens: TokenSettings
    dpop_nonces_required: bool
    """Whether each DPoP proof has to have a nonce of ours."""
    keys: KeySettings
    sessions: SessionLimits
    passes: PassPolicy
    providers: tuple[Provider, ...]
    clients: tuple[Client, ...]
    """Those that administrators cannot change."""
    command_line: bool
    """Whether `touchstone`, the command, is a client."""
    profiles: tuple[Profile, ...]
    """Those that administrators cannot change."""
    web: WebSettings
    """How proxies prove themselves that ask about web pages."""
    external_mfa: ExternalMfa | None
    entra_login: str
    """The origin where Entra gives tokens for profiles."""
    limits: tuple[Limit, ...]
    proxies: TrustedProxies
    audit: AuditSettings
    client_metadata: ClientMetadataSettings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raise InvalidSetting for the first value that is missing or wrong."""
    values = Values(environment)
    policy, tokens = read_policy(values), read_tokens(values)
    keys = read_key_settings(values)
    return Settings(
        policy=policy,
        appearance=read_appearance(values, name=policy.rp_name),
        registration=values.choice("REGISTRATION", RegistrationMode, RegistrationMode.VERIFIED),
        # One transaction writes at most 100 rows, and an account's rows must change together.
        credentials_per_account=values.integer("CREDENTIALS_PER_ACCOUNT", 20, 1, 90),
        step_up_age=values.seconds("STEP_UP_SECONDS", 300, 30, 3600),
        identity=read_identity(values),
        tables=read_tables(values),
        tokens=tokens,
        dpop_nonces_required=values.flag("DPOP_NONCES_REQUIRED"),
        keys=keys,
        sessions=read_sessions(values),
        passes=read_pass_policy(values),
        providers=_read_providers(values),
        clients=_read_clients(values, policy.rp_id, tokens),
        command_line=values.optional_choice("COMMAND_LINE", ("on", "off")) != "off",
        web=read_web(values),
        profiles=_read_profiles(values, policy.rp_id, tokens, keys),
        external_mfa=read_external_mfa(values, issuer=values.text("ISSUER")),
        entra_login=read_entra_login(values),
        limits=read_rate_limits(values),
        proxies=read_proxies(values),
        audit=read_audit(values),
        client_metadata=read_client_metadata(values),
    )


def _read_providers(values: Values) -> tuple[Provider, ...]:
    """`IDENTITY_PROVIDERS`; `shared.identity_providers.settings` describes its form."""
    text = values.optional_text("IDENTITY_PROVIDERS")
    if text is None:
        return ()
    # Loading it takes a tenth of a cold start, which is too much for a service without providers.
    from shared.identity_providers.settings.providers import parse_providers

    try:
        issuer = values.text("ISSUER")
        return parse_providers(text, own_issuers=(issuer, issuer + PATH))
    except InvalidProvider as error:
        raise InvalidSetting(str(error)) from error


def _read_clients(values: Values, rp_id: str, tokens: TokenSettings) -> tuple[Client, ...]:
    """`OPENID_CLIENTS`; `shared.settings.openid_clients` describes its form."""
    text = values.optional_text("OPENID_CLIENTS")
    if text is None:
        return ()
    # As above: most services have none of these.
    from shared.openid.clients.own_names import OwnNames
    from shared.settings.openid_clients import parse_clients

    return parse_clients(text, OwnNames(rp_id, tokens))


def _read_profiles(
    values: Values, rp_id: str, tokens: TokenSettings, keys: KeySettings
) -> tuple[Profile, ...]:
    """`ACCESS_PROFILES`; `shared.settings.access_profiles` describes its form."""
    text = values.optional_text("ACCESS_PROFILES")
    if text is None:
        return ()
    # As above.
    from shared.openid.clients.own_names import OwnNames
    from shared.settings.access_profiles import parse_profiles

    certificates = keys.issues_certificates
    return parse_profiles(text, OwnNames(rp_id, tokens), certificates=certificates)
