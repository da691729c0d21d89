"""Names that people choose, prepared as WebAuthn asks (L3 sections 5.4.1 and 5.4.3).

PRECIS decides which characters a name may have and which spellings are the same name. So names that
differ only in case, full-width letters and invisible characters cannot impersonate anyone.
"""

from dataclasses import dataclass
from functools import cache

from precis_i18n import get_profile
from precis_i18n.profile import Profile

from shared.accounts.emoji import around_emoji
from shared.errors import MalformedRequest

MAX_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Username:
    canonical: str
    """UsernameCaseMapped (RFC 8265 section 3.3): all spellings of one name are equal here."""
    display: str
    """UsernameCasePreserved (RFC 8265 section 3.4): as the person writes it."""


def read_username(text: str) -> Username:
    """Raise MalformedRequest for a name that RFC 8265 does not allow."""
    return Username(
        canonical=_enforce("UsernameCaseMapped", text, member="username"),
        display=_enforce("UsernameCasePreserved", text, member="username"),
    )


def read_display_name(text: str) -> str:
    """Apply the Nickname profile (RFC 8266 section 2): spaces trimmed and folded, no control
    characters. Also accept emoji of several code points, which the profile refuses."""
    return _read_nickname(text, member="displayName")


def read_credential_name(text: str) -> str:
    return _read_nickname(text, member="name")


def _read_nickname(text: str, *, member: str) -> str:
    def prepare(plain: str) -> str:
        return _enforce("NicknameCasePreserved", plain, member=member)

    return _limited(around_emoji(prepare, text), member)


def _enforce(profile: str, text: str, *, member: str) -> str:
    try:
        name = _profile(profile).enforce(text)
    except UnicodeEncodeError as error:
        raise MalformedRequest(
            f"{member} has characters that are not allowed in a name."
        ) from error
    return _limited(name, member)


def _limited(name: str, member: str) -> str:
    if not 0 < len(name) <= MAX_NAME:
        raise MalformedRequest(f"{member} must have 1 to {MAX_NAME} characters.")
    return name


@cache
def _profile(name: str) -> Profile:
    return get_profile(name)
