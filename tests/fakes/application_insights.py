"""The ingestion endpoint of Application Insights, over TLS, as the exporter talks to it.

If it has an identity's name, it accepts only what that identity may send. All of it is kept.
"""

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.fakes.tls import LOCALHOST, Tls

RESOURCE = "https://monitor.azure.com/"
_KEY = "33333333-4444-5555-6666-777777777777"

type Envelope = dict[str, Any]


class ApplicationInsights:
    def __init__(self, tls: Tls, *, needs_token: bool = False) -> None:
        self._tls = tls
        self._needs_token = needs_token
        self.envelopes: list[Envelope] = []
        self.refused = 0
        """How many requests had no token, although one is needed."""

    async def __aenter__(self) -> Self:
        application = web.Application()
        # The exporter adds a slash of its own to an endpoint that ends with one, as they all do.
        application.router.add_post("/{slash:/?}v2.1/track", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        context = self._tls.server_context()
        await web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=context).start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    def settings(self, folder: Path) -> dict[str, str]:
        """For a host, which keeps in the folder what it could not send."""
        url = f"https://{LOCALHOST}:{self._runner.addresses[0][1]}/"
        return {
            "PYTHON_ENABLE_OPENTELEMETRY": "true",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": (
                f"InstrumentationKey={_KEY};IngestionEndpoint={url};LiveEndpoint={url}"
            ),
            # Otherwise the library sends counts of what it sent, and asks Microsoft what to send.
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
            "APPLICATIONINSIGHTS_SDKSTATS_DISABLED": "true",
            "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
            "REQUESTS_CA_BUNDLE": str(self._tls.authority),
            "TMPDIR": str(folder),
        }

    def received_of(self, base_type: str) -> list[Envelope]:
        """Of one type, such as "MessageData", which becomes a row of the table `traces`."""
        return [each for each in self.envelopes if each["data"]["baseType"] == base_type]

    async def _take(self, request: web.Request) -> web.Response:
        if self._needs_token and not _is_token(request.headers.get("Authorization", "")):
            self.refused += 1
            return web.json_response({"itemsReceived": 0, "itemsAccepted": 0}, status=401)
        taken: list[Envelope] = await request.json()
        self.envelopes += taken
        return web.json_response(
            {"itemsReceived": len(taken), "itemsAccepted": len(taken), "errors": []}
        )


def _is_token(authorization: str) -> bool:
    """Whether it is for this resource; whose it is, the identity's endpoint has looked at."""
    scheme, _, token = authorization.partition(" ")
    claims = token.partition(".")[2].partition(".")[0]
    return scheme == "Bearer" and json.loads(urlsafe_b64decode(f"{claims}=="))["aud"] == RESOURCE
