"""A ceremony that was begun, as the API shows it. Apart from other views, which need much more."""

from typing import Any

from shared.http.instants import timestamp
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions


def show_begun(ceremony: CeremonyOptions) -> dict[str, Any]:
    return {"publicKey": ceremony.options, "expiresAt": timestamp(ceremony.expires_at)}
