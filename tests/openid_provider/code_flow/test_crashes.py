"""Any write may be lost, or its answer, or the process with it: the client and the person can go
on, no code is worth two grants, and what has to end has ended after the next try.

Each story is taken once for each of its writes, which fails. Another process tries the same again,
and then what stands is looked at.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from shared.errors import GrantRefused, RedirectUnverified, TouchstoneError
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.sessions.token_issuer import Tokens
from shared.storage.openid.consents import Consent
from tests.harness.administrators import holder
from tests.harness.worlds import Prepared, World
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.openid_provider.code_flow.test_client_tokens import OFFLINE
from tests.openid_provider.code_flow.test_consent import handle_of
from tests.openid_provider.code_flow.test_pushed_requests import bring, push
from tests.storage_faults import ENDS, Crash, Way, answer_lost, at, unreachable
from tests.storage_transport import Send

OURS, OTHERS = client(), client(id="others", first_party=False)


@dataclass(kw_only=True)
class Scene:
    """One point: what was there before, and what clients got in the meantime."""

    provider: Provider
    signed_in: Tokens
    scope: str
    text: str = ""
    """A code, a token or an address."""
    given: ClientTokens | None = None
    """Before the story."""
    got: list[ClientTokens] = field(default_factory=list)
    """By each try that was answered."""

    def in_another_process(self, world: World) -> None:
        self.provider = Provider(world.instance(), OURS, OTHERS)


type Act = Callable[[Scene], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Story:
    before: Act
    act: Act
    afterwards: Act
    """Asserts, after the act was tried again."""
    refused: bool = False
    """Even if nothing fails."""
    begins_again: bool = False
    """A write whose answer is lost counts for nobody."""


async def _nothing(_: Scene) -> None:
    pass


async def _authorize(scene: Scene) -> None:
    scene.text = await scene.provider.code(scene.signed_in, scope=scene.scope)


async def _redeem(scene: Scene) -> None:
    scene.got.append(await scene.provider.redeem(scene.text))


async def _redeemed(scene: Scene) -> None:
    await _authorize(scene)
    scene.given = await scene.provider.redeem(scene.text)


async def _code_is_worth_something(scene: Scene) -> None:
    assert await _is_good(scene, await scene.provider.redeem(scene.text))


async def _code_was_worth_one_grant(scene: Scene) -> None:
    """It ends with the next use."""
    assert len(scene.got) <= 1
    with pytest.raises(GrantRefused):
        await scene.provider.redeem(scene.text)
    await _nothing_stands(scene)


async def _nothing_stands(scene: Scene) -> None:
    assert not scene.got or scene.given is None
    for tokens in filter(None, (*scene.got, scene.given)):
        assert not await _is_good(scene, tokens)
        with pytest.raises(GrantRefused):
            await scene.provider.refresh(tokens.refresh_token or "")
    assert await _live_sessions(scene) == [None]


async def _live_sessions(scene: Scene) -> list[str | None]:
    """The client of each. The person's own has none."""
    sessions = await scene.provider.party.service.sessions.of_account(handle_of(scene.signed_in))
    return [None if each.grant is None else each.grant.client_id for each in sessions]


async def _refresh(scene: Scene) -> None:
    assert scene.given is not None
    scene.got.append(await scene.provider.refresh(scene.given.refresh_token or ""))


async def _client_is_not_locked_out(scene: Scene) -> None:
    *_, latest = scene.got
    assert await _is_good(scene, latest)
    await scene.provider.refresh(latest.refresh_token or "")


async def _revoke(scene: Scene) -> None:
    assert scene.given is not None
    await scene.provider.revocation.revoke(scene.given.access_token, OURS)


async def _revoke_refresh_token(scene: Scene) -> None:
    assert scene.given is not None
    await scene.provider.revocation.revoke(scene.given.refresh_token or "", OURS)


async def _only_the_grant_has_ended(scene: Scene) -> None:
    assert scene.given is not None
    assert not await _is_good(scene, scene.given)
    with pytest.raises(GrantRefused):
        await scene.provider.refresh(scene.given.refresh_token or "")
    assert await _live_sessions(scene) == [None]


async def _ask_for_consent(scene: Scene) -> None:
    scene.text = await scene.provider.begin(client_id="others", scope=scene.scope)


async def _consent(scene: Scene) -> None:
    found = await scene.provider.go_on(scene.text, scene.signed_in, consents=True)
    scene.got.append(await scene.provider.redeem(answered(found)["code"], OTHERS))


async def _consented(scene: Scene) -> None:
    await _ask_for_consent(scene)
    await _consent(scene)
    (scene.given,) = scene.got
    scene.got.clear()


async def _consent_is_kept(scene: Scene) -> None:
    *_, latest = scene.got
    assert await _is_good(scene, latest)
    (listed,) = await _consents(scene)
    assert listed.client_id == "others"


async def _consents(scene: Scene) -> list[Consent]:
    return await scene.provider.party.stores.consents.of_account(handle_of(scene.signed_in))


async def _withdraw(scene: Scene) -> None:
    applications = scene.provider.applications
    owner = await holder(scene.provider.party, scene.signed_in.access_token)
    for each in await applications.all(owner):
        assert each.client_id == "others"
        await applications.end(owner, each.id)


async def _consent_is_withdrawn(scene: Scene) -> None:
    assert await _consents(scene) == []
    await _nothing_stands(scene)


async def _push(scene: Scene) -> None:
    scene.text = await push(scene.provider, scope=scene.scope)


async def _bring(scene: Scene) -> None:
    sealed = await bring(scene.provider, scene.text)
    code = answered(await scene.provider.go_on(sealed, scene.signed_in))["code"]
    scene.got.append(await scene.provider.redeem(code))


async def _request_is_used_up(scene: Scene) -> None:
    assert len(scene.got) <= 1
    with pytest.raises(RedirectUnverified):
        await bring(scene.provider, scene.text)


async def _is_good(scene: Scene, tokens: ClientTokens) -> bool:
    return await scene.provider.introspection.introspect(tokens.access_token) is not None


STORIES = {
    "authorizing": Story(before=_nothing, act=_authorize, afterwards=_code_is_worth_something),
    "redeeming": Story(before=_authorize, act=_redeem, afterwards=_code_was_worth_one_grant),
    "redeeming-again": Story(
        before=_redeemed, act=_redeem, afterwards=_nothing_stands, refused=True
    ),
    "revoking": Story(before=_redeemed, act=_revoke, afterwards=_only_the_grant_has_ended),
}
OFFLINE_STORIES = STORIES | {
    "refreshing": Story(before=_redeemed, act=_refresh, afterwards=_client_is_not_locked_out),
    "giving-back": Story(
        before=_redeemed, act=_revoke_refresh_token, afterwards=_only_the_grant_has_ended
    ),
    "consenting": Story(before=_ask_for_consent, act=_consent, afterwards=_consent_is_kept),
    "withdrawing": Story(before=_consented, act=_withdraw, afterwards=_consent_is_withdrawn),
    "bringing-what-was-pushed": Story(
        before=_push, act=_bring, afterwards=_request_is_used_up, begins_again=True
    ),
}


async def as_ever(send: Send) -> object:
    return await send()


WAYS: dict[str, tuple[Way, Way]] = {
    # An end before a call leaves what an end behind the write before it leaves.
    "crash-after": ENDS["crash-after"],
    "outage-after": ENDS["outage-after"],
    "answer-lost": (answer_lost, as_ever),
    "not-sent": (unreachable, as_ever),
}
"""How the write fails, and how all calls after it do."""


async def _begin(world: World, prepared: Prepared, story: Story, scope: str) -> Scene:
    """A process that knows what a running one knows."""
    world.set_back(prepared)
    scene = Scene(
        provider=Provider(world.instance(), OURS, OTHERS), signed_in=prepared.tokens, scope=scope
    )
    await story.before(scene)
    scene.in_another_process(world)
    await scene.provider.party.stores.service_key.get()
    world.storage.transport.forget()
    return scene


async def _number_of_writes(world: World, scene: Scene, story: Story) -> int:
    """When nothing fails."""
    with suppress(GrantRefused):
        await story.act(scene)
    return len(world.storage.transport.writes)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize(
    ("story", "scope"),
    [
        *(pytest.param(story, "openid", id=name) for name, story in STORIES.items()),
        *(
            pytest.param(story, OFFLINE, id=f"{name}-offline")
            for name, story in OFFLINE_STORIES.items()
        ),
    ],
)
async def test_a_failure_of_any_write_leaves_client_and_person_able_to_go_on(
    world: World, prepared: Prepared, story: Story, scope: str, way: tuple[Way, Way]
) -> None:
    first, then = way
    writes = await _number_of_writes(world, await _begin(world, prepared, story, scope), story)
    assert writes > 0
    for number in range(1, writes + 1):
        scene = await _begin(world, prepared, story, scope)
        world.storage.transport.fault = at(number, first, then=then, writes=True)
        answered = False
        with suppress(Crash, TouchstoneError):
            await story.act(scene)
            answered = True
        if not story.begins_again:
            assert answered is (then is as_ever and not story.refused)
        world.storage.transport.fault = None
        scene.in_another_process(world)
        with suppress(GrantRefused, RedirectUnverified):
            await story.act(scene)
        await story.afterwards(scene)
        await _authorize(scene)
        await _code_is_worth_something(scene)
        assert await world.contradictions() == [], number
