"""Tokens of Entra for assertions of ours.

Each is asked for by a new application of msal, so nothing is kept from one person to the next.
msal waits for its answers, so it runs in threads of its own, of which there are few: if Entra is
slow, this service still has room for whoever signs in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared.access.exchange.assertion import AUDIENCE
from shared.access.exchange.entra_errors import EntraFault, EntraRefused, Failure
from shared.entra.bridged_http import BridgedHttp, Documents
from shared.errors import ProviderUnavailable
from shared.expiring_cache import ExpiringCache
from shared.fetching.https import Https

_KEEP_DOCUMENTS = timedelta(hours=24)
_MOST_TENANTS = 100
_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Between attempts, in seconds."""
_LONGEST_WAIT = 5
_AT_ONCE = 8
_SECONDS = 20
"""For all attempts."""
_FAILURES = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Of msal, at an answer whose members have other types."""
_AGENT_SCOPE = f"{AUDIENCE}/.default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    tenant: str
    client_id: str
    agent: str | None
    """The app ID of an agent identity, if `client_id` is its blueprint."""
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class EntraToken:
    text: str
    expires_in: int
    """In seconds."""
    trace_id: str | None


class EntraTokens:
    def __init__(
        self,
        *,
        authority: str,
        https: Https,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: float = _SECONDS,
        at_once: int = _AT_ONCE,
    ) -> None:
        """`authority` is the origin of Entra's login."""
        self._authority = authority
        self._https = https
        self._sleep = sleep
        self._seconds = seconds
        self._at_once, self._asking = at_once, 0
        self._threads = ThreadPoolExecutor(max(at_once, 1), thread_name_prefix="entra")
        self._documents: Documents = ExpiringCache(
            size=_MOST_TENANTS, lifetime=_KEEP_DOCUMENTS, clock=clock
        )
        # At its level for debugging it writes down what it sends.
        logging.getLogger("msal").setLevel(logging.WARNING)

    @property
    def has_room(self) -> bool:
        """Whether one more may ask now."""
        return self._asking < self._at_once

    async def obtain(
        self, wanted: Wanted, assert_: Callable[[int], str], *, correlation_id: str
    ) -> EntraToken:
        """`assert_` signs the assertion of an attempt, which counts from 0: one that was lost on
        its way may have been used. Raises EntraRefused."""
        failure = Failure(EntraFault.UNAVAILABLE)
        self._asking += 1
        try:
            async with asyncio.timeout(self._seconds):
                for attempt, wait in enumerate((*_WAITS, None)):
                    try:
                        return await self._attempt(wanted, assert_(attempt), correlation_id)
                    except EntraRefused as refused:
                        failure = refused.failure
                        wait = _wait(failure, wait)
                        if wait is None:
                            raise
                        await self._sleep(wait)
        except TimeoutError as error:
            raise EntraRefused(failure) from error
        finally:
            self._asking -= 1
        raise EntraRefused(failure)

    async def _attempt(self, wanted: Wanted, assertion: str, correlation_id: str) -> EntraToken:
        http = BridgedHttp(
            https=self._https,
            documents=self._documents,
            origin=self._authority,
            correlation_id=correlation_id,
        )
        try:
            answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, partial(ask, wanted, assertion, http, login=self._authority)
            )
        except (ProviderUnavailable, *_FAILURES) as error:
            raise EntraRefused(Failure(EntraFault.UNAVAILABLE)) from error
        finally:
            http.abandon()
        token, expires_in = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(expires_in, int):
            raise EntraRefused(Failure(EntraFault.UNAVAILABLE, trace_id=http.trace_id))
        return EntraToken(text=token, expires_in=expires_in, trace_id=http.trace_id)


def ask(wanted: Wanted, assertion: str, http: BridgedHttp, *, login: str) -> dict[str, Any]:
    """What msal returns. It waits for answers."""
    authority = f"{login}/{wanted.tenant}"
    if wanted.agent is None:
        return _ask_as(wanted.client_id, assertion, wanted.scope, http, authority=authority)
    parent = _ask_as(
        wanted.client_id,
        assertion,
        _AGENT_SCOPE,
        http,
        authority=authority,
        fmi_path=wanted.agent,
    )
    token = parent.get("access_token")
    if not token:
        return {}
    return _ask_as(wanted.agent, token, wanted.scope, http, authority=authority)


def _ask_as(
    client_id: str,
    assertion: str,
    scope: str,
    http: BridgedHttp,
    *,
    authority: str,
    fmi_path: str | None = None,
) -> dict[str, Any]:
    import msal  # it takes a tenth of a cold start

    application = msal.ConfidentialClientApplication(
        client_id,
        client_credential={"client_assertion": lambda: assertion},
        authority=authority,
        # The settings name the authority, so nobody else has to vouch for it.
        instance_discovery=False,
        http_client=http,
    )
    answer: dict[str, Any] = application.acquire_token_for_client([scope], fmi_path=fmi_path)
    return answer


def _wait(failure: Failure, planned: float | None) -> float | None:
    """How long to wait before the next attempt, or None for no more."""
    if planned is None or not failure.fault.may_pass:
        return None
    wait = max(planned, failure.retry_after or 0)
    return wait if wait <= _LONGEST_WAIT else None
