"""Records as the API shows them: camelCase, base64url, RFC 3339."""

from shared.http.instants import timestamp
from shared.http.views.accounts import (
    account,
    credential,
    credentials,
    link,
    managed_account,
    signal,
    user,
    user_of,
)
from shared.http.views.audit import contradiction, delivery_lag, erasure
from shared.http.views.tokens import access_pass, introspection, session, token

__all__ = [
    "access_pass",
    "account",
    "contradiction",
    "credential",
    "credentials",
    "delivery_lag",
    "erasure",
    "introspection",
    "link",
    "managed_account",
    "session",
    "signal",
    "timestamp",
    "token",
    "user",
    "user_of",
]
