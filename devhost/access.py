"""Access control: function keys, and the host's own admin API.

Core Tools does not check keys. This host does, so that a function that is not anonymous answers 401
here as in Azure. One key serves for "function" and "admin": the setting DEVHOST_FUNCTION_KEY, or a
random key that is printed when a function needs it.
"""

from __future__ import annotations

import hmac
import ipaddress

from aiohttp import web

from devhost.functions import FunctionEntry


def may_call(entry: FunctionEntry, request: web.Request, *, key: str) -> bool:
    if entry.auth_level == "anonymous":
        return True
    given = request.headers.get("x-functions-key") or request.query.get("code", "")
    return hmac.compare_digest(given.encode(), key.encode())


def comes_from_this_machine(request: web.Request) -> bool:
    # Without an address it came through a Unix socket, which is local.
    return request.remote is None or ipaddress.ip_address(request.remote).is_loopback
