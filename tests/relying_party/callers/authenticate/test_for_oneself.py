"""What a provider's administrator may not do to their own account.

Every act is tried after every other one, because one act may remove the reason to refuse the next.
What is refused comes after others in rounds. What is not refused also comes first.
"""

from dataclasses import dataclass

from shared.relying_party.callers.acts import NOT_FOR_ONESELF, Act
from tests.api import Api, Json, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.identity_provider import IdentityProvider
from tests.http.operations import call, erasure_of
from tests.http.test_for_oneself import OPERATIONS
from tests.relying_party.callers.authenticate.tokens import token


@dataclass(frozen=True)
class LinkedAdministrator:
    api: Api
    whom: Json
    link: str
    bearer: str
    other: str
    """The token of another administrator, who asks for this one's erasure."""

    async def act(self, act: Act) -> Reply:
        """Act on the administrator's own account, link and credential."""
        method, path = OPERATIONS[act]
        path = path.replace("{link}", self.link)
        erasure = None
        if "erasures/{id}" in path:
            erasure = await erasure_of(self.api, self.whom, token=self.other)
        return await call(
            self.api, method, path, whom=self.whom, token=self.bearer, erasure=erasure
        )


async def _administrator(api: Api, provider: IdentityProvider) -> LinkedAdministrator:
    key, name = SoftAuthenticator(rp_id="localhost", origin=api.url), new_username()
    bearer = token(provider, uid=name, preferred_username=name, roles=["helpdesk"])
    await api.register(key, name, token=bearer)
    whom = await api.sign_in(key, name)
    listed = await api.get(f"/users/{whom['user']['id']}/links", token=bearer)
    (link,) = listed.json["links"]
    other = token(provider, uid="other", preferred_username="other", roles=["helpdesk"])
    return LinkedAdministrator(api, whom, link["id"], bearer, other)


async def test_no_act_lets_a_providers_administrator_change_their_own_account(
    verified: Api, provider: IdentityProvider
) -> None:
    allowed = []
    for first in (act for act in Act if act not in NOT_FOR_ONESELF):
        chief = await _administrator(verified, provider)
        await chief.act(first)
        for act in (*Act, *Act):
            reply = await chief.act(act)
            if act in NOT_FOR_ONESELF and (reply.status, reply.problem) != (403, "not-permitted"):
                allowed.append((first.name, act.name, reply.status))
    assert allowed == []


async def test_another_administrator_removes_an_administrators_link(
    verified: Api, provider: IdentityProvider
) -> None:
    chief, other = [await _administrator(verified, provider) for _ in range(2)]
    where = f"/users/{chief.whom['user']['id']}/links/{chief.link}"
    refused = await verified.send("DELETE", where, token=chief.bearer)
    assert (refused.status, refused.problem) == (403, "not-permitted")
    assert (await verified.send("DELETE", where, token=other.bearer)).status == 204
