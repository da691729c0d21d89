"""The receiver of `docs/approvals.md` verifies what it is told, with the keys that we publish."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest

from devhost.process import REPOSITORY
from shared.access.approvals.webhooks.event_token import MEDIA_TYPE
from shared.openid.tokens.signed import sign
from tests.access_broker.approvals.desk import Desk, Someone, profile
from tests.access_broker.approvals.webhooks import deliver
from tests.fakes.tls import LOCALHOST, Tls
from tests.fakes.webhook_receiver import HOST
from tests.harness.service_harness import ORIGIN
from tests.openid_provider.clients import fetching_from
from tests.sessions.issuing import other_key

DOCUMENT = REPOSITORY / "docs" / "approvals.md"


class Sample:
    """The documented receiver over TLS. It asks this server for our keys too."""

    def __init__(self, tls: Tls, keys: list[dict[str, Any]]) -> None:
        (sample,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
        self.told: list[dict[str, Any]] = []
        self.names: dict[str, Any] = {"tell": self.told.append}
        exec(sample, self.names)  # noqa: S102  it is ours
        published = json.dumps({"keys": keys}).encode()

        class Handler(self.names["Webhook"]):  # type: ignore[misc, name-defined]
            def do_GET(self) -> None:  # noqa: N802  its base calls it
                self.send_response(200)
                self.end_headers()
                self.wfile.write(published)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((LOCALHOST, 0), Handler)
        context = tls.server_context()
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        port = self._server.server_address[1]
        self.address = f"https://{HOST}:{port}/approvals"
        keys_at = f"https://{LOCALHOST}:{port}/.well-known/jwks.json"
        self.names |= {
            "ISSUER": ORIGIN,
            "ADDRESS": self.address,
            "KEYS": jwt.PyJWKClient(keys_at, ssl_context=tls.client_context()),
        }
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Sample":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
async def sample(webhook_tls: Tls, desk: Desk) -> AsyncIterator[Sample]:
    published = [key.public_jwk() for key in await desk.party.keys.published_keys()]
    desk.party.clock.now = datetime.now(UTC)  # as the sample's
    with Sample(webhook_tls, published) as sample:
        desk.keep(profile(webhooks=(sample.address,)))
        yield sample


async def test_the_sample_verifies_what_it_is_told(
    desk: Desk, sample: Sample, webhook_tls: Tls, alice: Someone
) -> None:
    asked = await desk.ask(alice)
    assert await deliver(desk, webhook_tls) == 1
    (claims,) = sample.told
    assert claims["txn"] == asked.id
    assert claims["events"].keys() == {f"{ORIGIN}/events/approval-requested"}


async def test_the_sample_refuses_other_tokens(
    desk: Desk, sample: Sample, webhook_tls: Tls
) -> None:
    key = await desk.party.keys.signing_key()
    claims = {"iss": ORIGIN, "aud": sample.address, "events": {}}
    accepted = []
    for kind, changes, signer in (
        ("secevent+jwt", {}, key),
        ("JWT", {}, key),
        ("secevent+jwt", {"aud": "https://elsewhere.example/"}, key),
        ("secevent+jwt", {"iss": "https://elsewhere.example"}, key),
        ("secevent+jwt", {}, other_key()),
    ):
        text = sign(claims | changes, kind=kind, key=signer).encode()
        https = fetching_from(webhook_tls).notices
        answer = await https.post_content(sample.address, text, media_type=MEDIA_TYPE)
        accepted.append(answer.status)
    assert accepted == [202, 400, 400, 400, 400]
    assert sample.told == [claims]
