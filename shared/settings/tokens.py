"""What access tokens say, and how long they and their sessions last."""

from shared.environment import Values
from shared.sessions.session import SessionLimits
from shared.sessions.token_settings import TokenSettings
from shared.settings.ceremonies import check_origin

_DAY = 86400


def read_tokens(values: Values) -> TokenSettings:
    issuer = values.text("ISSUER")
    parts = values.split_address("ISSUER", issuer)
    # Verifiers compare the issuer byte for byte, so it has only one spelling.
    if issuer.endswith("/") or parts.query or parts.fragment:
        values.refuse("ISSUER", "must be an address without a slash at its end, query or fragment")
    check_origin(values, "ISSUER", f"{parts.scheme}://{parts.netloc}")
    settings = TokenSettings(
        issuer=issuer,
        audience=values.optional_text("TOKEN_AUDIENCE") or issuer,
        lifetime_seconds=values.integer("ACCESS_TOKEN_SECONDS", 300, 60, 3600),
    )
    if settings.audience == settings.account_audience:
        values.refuse("TOKEN_AUDIENCE", "must not be the audience of our own account tokens")
    return settings


def read_sessions(values: Values) -> SessionLimits:
    return SessionLimits(
        # NIST SP 800-63B-4 section 2.2.3 for AAL2: a day overall, an hour unused.
        absolute=values.seconds("SESSION_SECONDS", _DAY, 300, 30 * _DAY),
        idle=values.seconds("SESSION_IDLE_SECONDS", 3600, 60, 30 * _DAY),
        grace=values.seconds("REFRESH_GRACE_SECONDS", 10, 0, 60),
    )
