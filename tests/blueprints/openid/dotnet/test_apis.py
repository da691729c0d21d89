"""APIs with JwtBearer as it is by default: it takes each token of ours with the right audience."""

from dataclasses import dataclass, field
from typing import Any

import jwt

from shared.accounts.handles import UserHandle
from shared.fetching.https import Answer
from shared.openid.logout.logout_token import TYPE
from shared.openid_provider.logout.logout_sender import LogoutSender
from shared.sessions.access_token import TYPE as ACCESS_TOKEN
from shared.sessions.logout_notice import LogoutNotice
from shared.sessions.token_settings import comparable
from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.conftest import CLIENTS, RESOURCE
from tests.blueprints.openid.dotnet.recorded import MSAL, MSAL_TOKEN
from tests.harness.service_harness import ServiceHarness
from tests.sessions.claims import claims_of


def is_taken(token: str) -> bool:
    """A slash at the end does not count, and neither does the type."""
    audience = claims_of(token)["aud"]
    audiences = [audience] if isinstance(audience, str) else audience
    return comparable(RESOURCE) in map(comparable, audiences)


@dataclass
class Posts:
    sent: list[str] = field(default_factory=list)

    async def post(self, _uri: str, form: dict[str, str]) -> Answer:
        self.sent.append(form["logout_token"])
        return Answer(status=200, headers={}, body=b"")


async def test_they_take_access_tokens_and_no_other_token(
    application: Application, party: ServiceHarness
) -> None:
    _, answer = await application.answer(MSAL, chooses=True, consents=True)
    tokens = await application.tokens(MSAL_TOKEN | {"code": answer["code"]})
    logout_token = await logout_token_of(party)
    assert is_taken(tokens["access_token"])
    assert not is_taken(tokens["id_token"])
    assert not is_taken(logout_token)
    # What the guide has them compare.
    kinds = [
        jwt.get_unverified_header(each).get("typ")
        for each in (tokens["access_token"], logout_token)
    ]
    assert kinds == [ACCESS_TOKEN, TYPE]


async def logout_token_of(party: ServiceHarness) -> str:
    """As the client is told that the session has ended."""
    (msal,) = [each for each in CLIENTS if each.id == "msal"]
    posts: Any = Posts()
    sender = LogoutSender(
        https=lambda: posts,
        settings=party.settings.tokens,
        service_key=party.stores.service_key,
        keys=party.parts.keys,
        clock=party.clock,
        random=party.parts.random,
    )
    now = party.clock()
    notice = LogoutNotice(
        client_id=msal.id,
        user_handle=UserHandle(bytes(32)),
        session_id=bytes(16),
        known_as=bytes(16),
        use=None,
        noted_at=now,
        due_at=now,
    )
    await sender.send(notice, msal, "https://app.example/logout")
    return str(posts.sent[0])
