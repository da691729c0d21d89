"""Why a refused refresh ends its session, as the log says it."""

from enum import StrEnum


class SessionEnd(StrEnum):
    TOKEN_REUSED = "token_reused"  # noqa: S105 - says why, and opens nothing
    RETRIED_TOO_OFTEN = "retried_too_often"
    CREDENTIAL_GONE = "credential_gone"
    SESSION_OVER = "session_over"
