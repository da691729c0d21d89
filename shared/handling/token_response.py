"""The answer with tokens, of a sign-in and of every grant."""

from typing import Any

import azure.functions as func

from shared import wiring
from shared.http import cookies
from shared.http.responses import json_response
from shared.relying_party.sessions.token_issuer import Tokens


async def tokens_response(
    tokens: Tokens, *, in_cookies: bool, **members: dict[str, Any]
) -> func.HttpResponse:
    """Tokens in the body for an application, in cookies for a page (RFC 6749 section 5.1)."""
    if not in_cookies:
        secrets = {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "refresh_expires_in": tokens.refresh_expires_in,
            "token_type": tokens.type,
            "scope": tokens.scope.value,
            "expires_in": tokens.expires_in,
        }
        return json_response(secrets | members)
    csrf = await wiring.service().csrf.token_of(tokens.session.id)
    response = json_response({"csrfToken": csrf, "expires_in": tokens.expires_in} | members)
    response.headers.extend(cookies.token_cookies(tokens))
    return response
