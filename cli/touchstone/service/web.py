"""Requests over HTTP, and what it means if there is no answer."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError

from touchstone import __version__
from touchstone.failures import Unavailable

_TIMEOUT = urllib3.Timeout(connect=10, read=60)
_LONGEST = 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show tokens
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        """An empty one if it is no object of JSON."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def fault(self) -> str:
        """The name of an error of OAuth, or the last part of a problem's type (RFC 9457). Empty if
        neither is there."""
        said = self.json
        return str(said.get("error") or str(said.get("type", "")).rpartition("#")[2])


class Web:
    """Nothing is sent twice, and no redirect is followed: a request has a token and a proof."""

    def __init__(self, service: str) -> None:
        self._pool = _pool_for(service)
        self._host = urlsplit(service).netloc

    def send(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> Answer:
        """`fields` make a form, and `members` JSON. Raises Unavailable."""
        sent = {"User-Agent": f"touchstone/{__version__}", "Accept": "application/json"}
        sent |= headers or {}
        body: bytes | None = None
        if members is not None:
            sent["Content-Type"], body = "application/json", json.dumps(members).encode()
        elif fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields).encode()
        try:
            response = self._pool.request(
                method, address, headers=sent, body=body, redirect=False, preload_content=False
            )
            data = response.read(_LONGEST)
        except (HTTPError, OSError) as error:
            raise self._no_answer(error) from error
        response.release_conn()
        return Answer(status=response.status, headers=response.headers, body=data)

    def _no_answer(self, error: Exception) -> Unavailable:
        cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if isinstance(cause, SSLError | ssl.SSLError):
            return Unavailable(
                f"{self._host} does not prove that it is {self._host}: {_said(cause)}",
                to_do="Do not go on if you do not know why. In a company with certificates of its "
                "own, this machine has to trust them (or SSL_CERT_FILE names them).",
            )
        return Unavailable(
            f"{self._host} does not answer ({_said(cause)}).",
            to_do="Look whether you are online, and whether the address is right.",
        )


def _said(error: BaseException) -> str:
    return str(error).rpartition(": ")[2] or type(error).__name__


def _pool_for(service: str) -> urllib3.PoolManager:
    parts = urlsplit(service)
    options: dict[str, Any] = {"timeout": _TIMEOUT, "retries": False}
    if parts.scheme == "https":
        import truststore

        options["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)
