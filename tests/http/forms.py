"""Forms, as OAuth clients send them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from tests.api import Api, Reply

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def post_form(
    api: Api,
    path: str,
    members: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    token: str | None = None,
) -> Reply:
    data = urlencode(members).encode()
    return await api.send("POST", path, data=data, headers={**FORM, **(headers or {})}, token=token)


async def refresh(api: Api, refresh_token: str) -> Reply:
    """As the application that the session is bound to."""
    return await api.refresh(refresh_token)
