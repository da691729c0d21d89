"""The authority of a registration, in the form that its sealed challenge carries: a session, a
pass, a link to a provider's user, or a role."""

from shared.accounts.records import hash_subject
from shared.sessions.access_token import AccessToken

NONE = b""
"""No authority that could end, as anybody may register."""
ENROLMENT = b"e"
"""A backend's role to enrol newcomers. It is valid as long as the account has no owner, which the
account shows, and there is no access pass for it."""
SESSION, PASS, LINK = b"s", b"p", b"l"


def authority_of(token: AccessToken) -> bytes:
    if token.pass_id is not None:
        return PASS + token.pass_id
    if token.session_id is None:
        return NONE
    return SESSION + token.session_id


def authority_of_subject(subject: str) -> bytes:
    """The authority of an identity provider's user who is linked to the account."""
    return LINK + hash_subject(subject)


def describe_authority(authority: bytes) -> str:
    """The name in events: "session", "pass", "provider", "enrolment", or "none"."""
    names = {SESSION: "session", PASS: "pass", LINK: "provider", ENROLMENT: "enrolment"}
    return names.get(authority[:1], "none")
