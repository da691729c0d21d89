"""What an auditor wants to know of the settings: everything that decides who gets in and how."""

from shared.settings import Settings


def policy_facts(settings: Settings) -> dict[str, str]:
    """By the names of the settings; nothing secret."""
    policy, sessions, passes = settings.policy, settings.sessions, settings.passes
    facts: dict[str, object] = {
        "RP_ID": policy.rp_id,
        "RP_ORIGINS": ", ".join(sorted(policy.origins)),
        "RP_TOP_ORIGINS": ", ".join(sorted(policy.top_origins)),
        "REGISTRATION": settings.registration.value,
        "USER_VERIFICATION": policy.user_verification.value,
        "RESIDENT_KEY": policy.resident_key.value,
        "ATTESTATION": policy.attestation.value,
        "ALGORITHMS": ", ".join(map(str, policy.algorithms)),
        "SIGN_COUNT_POLICY": policy.sign_count.value,
        "CEREMONY_SECONDS": policy.lifetime_seconds,
        "CREDENTIALS_PER_ACCOUNT": settings.credentials_per_account,
        "STEP_UP_SECONDS": int(settings.step_up_age.total_seconds()),
        "ISSUER": settings.tokens.issuer,
        "TOKEN_AUDIENCE": settings.tokens.audience,
        "ACCESS_TOKEN_SECONDS": settings.tokens.lifetime_seconds,
        "SESSION_SECONDS": int(sessions.absolute.total_seconds()),
        "SESSION_IDLE_SECONDS": int(sessions.idle.total_seconds()),
        "ACCESS_PASS_MAX_MINUTES": int(passes.most_lifetime.total_seconds() // 60),
        "ACCESS_PASS_ONE_TIME": passes.one_time,
        "RATE_LIMITS": ", ".join(
            f"{limit.name}={limit.quota}/{limit.window_seconds}s" for limit in settings.limits
        ),
        "IDENTITY_PROVIDERS": ", ".join(provider.issuer for provider in settings.providers),
        "AUDIT_NAMES": settings.audit.with_names,
    }
    return {name: str(fact) for name, fact in facts.items()}
