"""Set-Cookie as the real host writes it.

The worker parses a function's Set-Cookie headers, and the host writes them again by ASP.NET's
rules. The value is percent-encoded, the path is "/" unless given, and unknown attributes are lost.
"""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie
from urllib.parse import quote

# In ASP.NET's order and spelling.
_ATTRIBUTES = ("expires", "max-age", "domain", "path", "secure", "samesite", "httponly")
_FLAGS = {"secure", "httponly"}


def set_cookie_values(jar: SimpleCookie) -> list[str]:
    return [_set_cookie(morsel) for morsel in jar.values()]


def _set_cookie(morsel: Morsel[str]) -> str:
    parts = [f"{morsel.key}={quote(morsel.value, safe='~')}"]
    for name in _ATTRIBUTES:
        value = morsel[name] or ("/" if name == "path" else "")
        if value:
            parts.append(name if name in _FLAGS else f"{name}={_format_attribute(name, value)}")
    return "; ".join(parts)


def _format_attribute(name: str, value: str) -> str:
    return value.lower() if name == "samesite" else value
