"""Who may call what: function keys, and the host's own admin API.

Core Tools does not look at keys.  This host does, so that a function that is not anonymous
answers 401 here as it will in Azure.  There is one key, for "function" and "admin" alike: the
setting DEVHOST_FUNCTION_KEY, or a random one that is printed when some function needs it.
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
    # Without an address it came through a Unix socket, which is as local as can be.
    return request.remote is None or ipaddress.ip_address(request.remote).is_loopback
