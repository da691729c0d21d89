"""The relying party's identity, and its policy for ceremonies."""

import re

from shared.environment import Values
from shared.webauthn import algorithms
from shared.webauthn.policy import (
    AttestationConveyance,
    BackupEligibilityPolicy,
    CeremonyPolicy,
    ResidentKey,
    SignCountPolicy,
    UserVerification,
)

DEFAULT_ALGORITHMS = ("ES256", "EdDSA", "ES384", "ES512", "RS256")
UNSTATED = "unstated"
"""In RP_TOP_ORIGINS: also clients that are too old to name the page that embeds ours."""
DEFAULT_ML_DSA = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}")
_APK_KEY_HASH = re.compile(r"android:apk-key-hash:[A-Za-z0-9_-]{43}")


def read_policy(values: Values) -> CeremonyPolicy:
    rp_id = values.text("RP_ID")
    # If the last label is all digits, browsers read an IP address, which cannot be an RP ID.
    if not _HOST.fullmatch(rp_id) or rp_id.rpartition(".")[2].isdecimal():
        values.refuse("RP_ID", f"{rp_id!r} is not a host name in lower case")
    return CeremonyPolicy(
        rp_id=rp_id,
        rp_name=values.optional_text("RP_NAME") or rp_id,
        origins=_read_origins(values, rp_id),
        top_origins=_read_top_origins(values),
        unstated_top_origin=UNSTATED in values.items("RP_TOP_ORIGINS"),
        algorithms=_read_algorithms(values),
        user_verification=values.choice(
            "USER_VERIFICATION", UserVerification, UserVerification.REQUIRED
        ),
        resident_key=values.choice("RESIDENT_KEY", ResidentKey, ResidentKey.PREFERRED),
        attestation=values.choice("ATTESTATION", AttestationConveyance, AttestationConveyance.NONE),
        sign_count=values.choice("SIGN_COUNT_POLICY", SignCountPolicy, SignCountPolicy.REFUSE),
        backup_eligibility=values.choice(
            "BACKUP_ELIGIBILITY_POLICY", BackupEligibilityPolicy, BackupEligibilityPolicy.REPORT
        ),
        lifetime_seconds=values.integer("CEREMONY_SECONDS", 300, 30, 600),
    )


def _read_origins(values: Values, rp_id: str) -> tuple[str, ...]:
    origins = values.items("RP_ORIGINS")
    if not origins:
        values.refuse("RP_ORIGINS", "at least one origin is needed")
    for origin in origins:
        if _APK_KEY_HASH.fullmatch(origin):
            continue
        host = check_origin(values, "RP_ORIGINS", origin)
        if host != rp_id and not host.endswith(f".{rp_id}"):
            values.refuse("RP_ORIGINS", f"{origin!r} is not on RP_ID {rp_id!r} or below it")
    return origins


def _read_top_origins(values: Values) -> tuple[str, ...]:
    origins = tuple(each for each in values.items("RP_TOP_ORIGINS") if each != UNSTATED)
    for origin in origins:
        check_origin(values, "RP_TOP_ORIGINS", origin)
    return origins


def check_origin(values: Values, name: str, origin: str) -> str:
    """Return the host of a web origin; refuse what no browser would send as one."""
    parts = values.split_address(name, origin)
    host, port = parts.hostname or "", parts.port
    default_port = {"https": 443, "http": 80}.get(parts.scheme)
    suffix = "" if port in (None, default_port) else f":{port}"
    if not _HOST.fullmatch(host) or origin != f"{parts.scheme}://{host}{suffix}":
        values.refuse(name, f"{origin!r} is not an origin as browsers write it")
    local = host == "localhost" or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        values.refuse(name, f"{origin!r} must be https (http is only for localhost)")
    return host


def _read_algorithms(values: Values) -> tuple[int, ...]:
    supported = algorithms.supported()
    names = values.items("ALGORITHMS")
    if not names:
        offered = (algorithms.NAMES[name] for name in DEFAULT_ALGORITHMS + DEFAULT_ML_DSA)
        return tuple(algorithm for algorithm in offered if algorithm in supported)
    for name in names:
        if name in algorithms.TOO_WEAK:
            values.refuse("ALGORITHMS", f"{name} is never offered: {algorithms.TOO_WEAK[name]}")
        if algorithms.NAMES.get(name) not in supported:
            values.refuse("ALGORITHMS", f"{name!r} is not one of {', '.join(algorithms.NAMES)}")
    return tuple(algorithms.NAMES[name] for name in names)
