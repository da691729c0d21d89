"""SqlClient asks its callback a hundred times in a second if it takes each token for one that is
nearly over."""

import pytest

from shared import wiring
from shared.http.cookies import ACCESS
from tests.blueprints.openid.web import Browser, Web, body_of, redemption
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Registered
from tests.sessions.claims import claims_of


async def test_it_is_told_when_to_come_back_and_the_log_says_so_once(
    web: Web,
    browser: Browser,
    party: ServiceHarness,
    registered: Registered,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited = party.restarted(RATE_LIMITS="client-token.account=1/1h")
    monkeypatch.setattr(limited.service.client_directory, "find", registered.find)
    monkeypatch.setattr(wiring, "service", lambda: limited.service)
    codes = [await browser.code() for _ in range(5)]
    answers = [await web.post("/token", redemption(code)) for code in codes]
    assert [each.status_code for each in answers] == [200, 200, 429, 429, 429]
    for refused in answers[2:]:
        assert 0 < int(refused.headers["Retry-After"]) <= 3600
        body = body_of(refused)
        assert body["type"].endswith("#too-many-requests")
        # OAuth has no name for it. MSAL goes by the status if there is none.
        assert "error" not in body
    (hit,) = [each for each in await record(party) if each["kind"] == "rate-limit.hit"]
    assert hit["facts"] == {"limit": "client-token.account", "quota": 1, "client": "app"}
    assert hit["target"]["id"] == claims_of(browser.cookies[ACCESS])["sub"]
