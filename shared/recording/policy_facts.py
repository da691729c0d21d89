"""The settings that an auditor needs: everything that decides who may sign in and how."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta

from shared.access.profiles.profile import Profile
from shared.identity_providers.provider import Provider
from shared.keys.settings import KeyVaultSettings
from shared.openid.clients.kept_clients import keep
from shared.pages.appearance import Appearance
from shared.settings import Settings


def policy_facts(settings: Settings) -> dict[str, str]:
    """The facts by the names of the settings. No value is secret."""
    facts = _ceremonies(settings) | _tokens(settings) | _passes(settings) | _surroundings(settings)
    return {name: str(fact) for name, fact in facts.items()}


def _ceremonies(settings: Settings) -> dict[str, object]:
    policy = settings.policy
    return {
        "RP_ID": policy.rp_id,
        "RP_NAME": policy.rp_name,
        **_appearance(settings.appearance),
        "RP_ORIGINS": ", ".join(sorted(policy.origins)),
        "RP_TOP_ORIGINS": ", ".join(
            sorted(policy.top_origins) + ["unstated"] * policy.unstated_top_origin
        ),
        "REGISTRATION": settings.registration.value,
        "USER_VERIFICATION": policy.user_verification.value,
        "RESIDENT_KEY": policy.resident_key.value,
        "ATTESTATION": policy.attestation.value,
        "ALGORITHMS": ", ".join(map(str, policy.algorithms)),
        "SIGN_COUNT_POLICY": policy.sign_count.value,
        "BACKUP_ELIGIBILITY_POLICY": policy.backup_eligibility.value,
        "CEREMONY_SECONDS": policy.lifetime_seconds,
        "CREDENTIALS_PER_ACCOUNT": settings.credentials_per_account,
        "STEP_UP_SECONDS": int(settings.step_up_age.total_seconds()),
    }


def _appearance(shown: Appearance) -> dict[str, object]:
    """People know the real pages by these."""
    accent = f"{shown.accent.light},{shown.accent.dark}" if shown.accent else ""
    return {"RP_LOGO": _digest(shown.logo) if shown.logo else "", "RP_ACCENT": accent}


def _tokens(settings: Settings) -> dict[str, object]:
    sessions = settings.sessions
    return {
        "ISSUER": settings.tokens.issuer,
        "TOKEN_AUDIENCE": settings.tokens.audience,
        "ACCESS_TOKEN_SECONDS": settings.tokens.lifetime_seconds,
        "SESSION_SECONDS": int(sessions.absolute.total_seconds()),
        "SESSION_IDLE_SECONDS": int(sessions.idle.total_seconds()),
        "REFRESH_GRACE_SECONDS": int(sessions.grace.total_seconds()),
        "IDENTITY_PROVIDERS": ", ".join(map(_described, settings.providers)),
        "EXTERNAL_MFA": json.dumps(settings.external_mfa, default=_plain, sort_keys=True)
        if settings.external_mfa
        else "",
        "OPENID_CLIENTS": ", ".join(
            f"{client.id} sha256:{keep(client).state}" for client in settings.clients
        ),
        "COMMAND_LINE": settings.command_line,
        "ACCESS_PROFILES": ", ".join(map(_profile, settings.profiles)),
        "ENTRA_LOGIN": settings.entra_login,
        "PROXY_SECRETS": ", ".join(each.hex()[:16] for each in settings.web.secrets),
        "PROXY_NETWORKS": ", ".join(map(str, settings.web.networks)),
        "VERIFY_SECONDS": int(settings.web.kept_for.total_seconds()),
        **_keys(settings),
    }


def _profile(profile: Profile) -> str:
    # Not needed without profiles, and a begin loads this module.
    from shared.access.profiles.documents import state_of

    return f"{profile.name} sha256:{state_of(profile)}"


def _described(provider: Provider) -> str:
    """The issuer, and a hash of the whole entry: which tokens are accepted, and for which role."""
    entry = json.dumps(provider, default=_plain, sort_keys=True)
    return f"{provider.issuer} {_digest(entry)}"


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _plain(value: object) -> object:
    """Converts values to JSON types. A set always gives the same order."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(type(value).__name__)


def _keys(settings: Settings) -> dict[str, object]:
    keys = settings.keys
    if not isinstance(keys, KeyVaultSettings):
        return {"SIGNING_KEY_FILE": keys.signing_key}
    return {
        "KEY_VAULT_URL": keys.url,
        "SIGNING_CERTIFICATE": keys.signing_certificate,
        "SEALING_KEY": keys.sealing_key,
        "CHECKPOINT_KEY": keys.checkpoint_key,
    }


def _passes(settings: Settings) -> dict[str, object]:
    passes = settings.passes
    return {
        "ACCESS_PASS_MIN_MINUTES": int(passes.least_lifetime.total_seconds() // 60),
        "ACCESS_PASS_MAX_MINUTES": int(passes.most_lifetime.total_seconds() // 60),
        "ACCESS_PASS_DEFAULT_MINUTES": int(passes.default_lifetime.total_seconds() // 60),
        "ACCESS_PASS_LENGTH": passes.length,
        "ACCESS_PASS_ONE_TIME": passes.one_time,
    }


def _surroundings(settings: Settings) -> dict[str, object]:
    audit, proxies, documented = settings.audit, settings.proxies, settings.client_metadata
    return {
        "DPOP_NONCES_REQUIRED": settings.dpop_nonces_required,
        "CLIENT_METADATA_HOSTS": ", ".join(documented.places),
        "CLIENT_METADATA_SCOPES": ", ".join(sorted(documented.permissions.scopes)),
        "CLIENT_METADATA_RESOURCES": ", ".join(documented.permissions.resources),
        "RATE_LIMITS": ", ".join(
            f"{limit.name}={limit.quota}/{limit.window_seconds}s" for limit in settings.limits
        ),
        "TRUSTED_PROXY_HOPS": proxies.hops,
        "FRONT_DOOR_ID": proxies.front_door_id or "",
        "AUDIT_NAMES": audit.with_names,
        "AUDIT_BEGUN_ONE_IN": audit.sample_one_in,
        "AUDIT_DCR_ENDPOINT": audit.monitor.endpoint if audit.monitor else "",
        "AUDIT_DCR_ID": audit.monitor.rule_id if audit.monitor else "",
        "AUDIT_ASIM": bool(audit.monitor and audit.monitor.asim),
        "AUDIT_BLOB_CONTAINER_URL": audit.container_url or "",
        "CHECKPOINT_VERIFIERS": ", ".join(map(str, audit.verifiers)),
        "AUDIT_SETTLING_SECONDS": int(audit.settling.total_seconds()),
        "AUDIT_ERASURE_DELAY_HOURS": audit.erasure_delay // timedelta(hours=1),
        "AUDIT_UNTAGGED_BEFORE": audit.untagged_before.isoformat(),
        "AUDIT_SUPERSEDED_CHECKPOINTS": ", ".join(audit.superseded),
    }
