"""What is kept of a session: the refresh token, and the key that it is bound to."""

import json
from dataclasses import asdict, dataclass

from touchstone.failures import LocalFault


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show the token
class Kept:
    service: str
    username: str
    refresh_token: str
    key: str
    """PKCS #8, in base64."""

    def write(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def read_kept(text: str, *, where: str) -> Kept:
    try:
        members = json.loads(text)
        kept = Kept(**{name: str(members[name]) for name in Kept.__dataclass_fields__})
    except (ValueError, LookupError, TypeError) as error:
        raise LocalFault(
            f"What {where} has is not what touchstone wrote.",
            to_do="Run `touchstone logout`, and then `touchstone login`.",
        ) from error
    return kept
