"""Access profiles, as administrators see them."""

from typing import Any

from shared.access.profiles.documents import write_profile
from shared.access.profiles.profile import Profile


def show_profile(shown: Profile) -> dict[str, Any]:
    """`profile` is what PUT takes; the rest is of the service."""
    return {"profile": write_profile(shown), "fromSettings": shown.from_settings}
