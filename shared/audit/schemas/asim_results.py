"""Outcomes, and our reasons for them, in the closed lists of ASIM."""

from collections.abc import Mapping

from shared.audit.event import Kind
from shared.audit.facts import Fact

RESULTS: Mapping[str, str] = {
    "success": "Success",
    "failure": "Failure",
    # Begun, with no known result.
    "attempted": "Partial",
}

_VIOLATES = "Logon violates policy"
LOGON_DETAILS: Mapping[str, str] = {
    "credential_unknown": "Incorrect key",
    "signature_invalid": "Incorrect key",
    "user_handle_missing": "No such user",
    "user_handle_mismatch": "No such user",
    "pass_unknown": "No such user or password",
    "pass_wrong": "Incorrect password",
    "pass_expired": "Password expired",
    "pass_used": "Password expired",
    "pass_not_yet_valid": _VIOLATES,
    "account_suspended": "User disabled",
    "credential_suspended": "User disabled",
    "credential_gone": "User disabled",
    "ceremony_not_found": "Session expired",
    "session_unknown": "Session expired",
    "session_over": "Session expired",
    "token_reused": "Session expired",
    "retried_too_often": "Session expired",
    "client_data_type": _VIOLATES,
    "challenge_mismatch": _VIOLATES,
    "origin_not_allowed": _VIOLATES,
    "cross_origin_not_allowed": _VIOLATES,
    "top_origin_not_allowed": _VIOLATES,
    "rp_id_hash_mismatch": _VIOLATES,
    "user_not_present": _VIOLATES,
    "user_not_verified": _VIOLATES,
    "backup_state_without_eligibility": _VIOLATES,
    "backup_eligibility_appeared": _VIOLATES,
    "backup_eligibility_vanished": _VIOLATES,
    "sign_count_regression": _VIOLATES,
}
_UNAUTHORIZED = ("not_permitted", "step_up_required", "token_required", "token_invalid")

_HIGH = (
    *(Kind.TOKEN_REUSED, Kind.CODE_REUSED),
    *(Kind.SIGN_COUNT_REGRESSION, Kind.OPERATOR_TOKEN_USED),
)
_MEDIUM = (
    *(Kind.RATE_LIMIT_HIT, Kind.POLICY_CHANGED),
    *(Kind.CLIENT_CREATED, Kind.CLIENT_CHANGED, Kind.CLIENT_SECRET_ADDED),
    *(Kind.PROFILE_CREATED, Kind.PROFILE_CHANGED),
    *(Kind.ERASURE_REQUESTED, Kind.ERASURE_CONFIRMED, Kind.PERSON_ERASED),
)


def result_details(schema: str, reason: str | None) -> str | None:
    """None without a reason. "Other" for a reason that the schema has no value for."""
    if reason is None:
        return None
    if schema == "Authentication":
        return LOGON_DETAILS.get(reason, "Other")
    if schema == "UserManagement" and reason in _UNAUTHORIZED:
        return "NotAuthorized"
    return "Other"


def severity(kind: Kind, outcome: str, facts: Mapping[str, Fact]) -> str:
    if kind is Kind.SIGN_COUNT_REGRESSION and facts.get("synced"):
        return "Low"
    if kind in _HIGH:
        return "High"
    if kind in _MEDIUM:
        return "Medium"
    return "Low" if outcome == "failure" else "Informational"
