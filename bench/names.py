"""Names of what is measured, of the measures, and of the yardsticks."""

REGISTRATION = "registration"
SIGN_IN = "sign-in by name"
SIGN_IN_WITHOUT_NAME = "sign-in without name"
REFRESH = "refresh of a session"
ACCOUNT = "GET /me with a token"
CODE_FLOW = "code flow in a session"
"""Authorize, and the token request."""
PROFILE = "GET /userinfo with a token"
TOKEN_EXCHANGED = "token exchange with a token"  # noqa: S105  no password
CERTIFICATE_ISSUED = "client certificate, signed here"
CERTIFICATE_BY_VAULT = "client certificate, signed by the vault"
APPROVAL_ASKED = "an approval is asked for"
APPROVAL_BEGUN = "the gesture of an approver, begin"
APPROVAL_GIVEN = "the gesture of an approver, finish"
APPROVAL_SHOWN = "GET /approvals/{id} with its code"
APPROVAL_EXCHANGED = "token exchange with an approval"
ACCESS_AT_ONCE = 8
"""An instance asks Entra for so many tokens at the same time."""
AFTER_SIGN_IN = (
    *(REFRESH, ACCOUNT, CODE_FLOW, PROFILE, TOKEN_EXCHANGED, CERTIFICATE_ISSUED),
    *(APPROVAL_ASKED, APPROVAL_BEGUN, APPROVAL_GIVEN, APPROVAL_SHOWN, APPROVAL_EXCHANGED),
)
"""What is compared with our own sign-in too."""
ASSERTION = "verification of an assertion"
JWT = "verification of an access token"
EXCHANGE = "token exchange without storage and requests"
SEALING = "the timer, for an event: sealed and indexed"
OVERLOAD = "open load at twice the capacity"
COLD_START = "process start to first answer"

CPU = "server CPU"
CPU_WITH_SEALING = "server CPU with sealing"
IDLE_CPU = "CPU of a run without events"
P50 = "p50"
P99 = "p99"
CALLS = "storage calls"
TRIPS = "storage round trips"
VERDICT = "CPU, JSON to verdict"
CLAIMS = "CPU, text to claims"
OBTAINED = "CPU, profile to token"
FIRST_BEGIN = "authenticate/begin"

LATEST = "latest answer"
P50_OF_ANSWERS = "p50 of answers"
REFUSED = "share refused"
FAILED = "share failed"
ARRIVALS = "people per second"
SIGNED_IN = "sign-ins per second"

PEER = "Node peer"
"""It makes its storage calls one after another."""
OVERLAPPING_PEER = "overlapping peer"
"""The Node peer that makes storage calls at the same time where none needs the other's answer."""
HELLO = "hello"
TWO_HELLOS = "two hellos"
OWN_SIGN_IN = "our sign-in"
"""The sign-in by name."""
BARE_ES256 = "bare ES256"
BARE_RS256 = "bare RS256"
BARE_SIGNATURE = "bare RS256 signature"

STORAGE_DELAY = 0.020


def under_load(name: str, *, concurrency: int) -> str:
    return f"{name}, {concurrency} at a time"


def with_delay(name: str) -> str:
    return f"{name}, storage {STORAGE_DELAY * 1000:.0f} ms away"
