"""Any write may be lost, or its answer, or the process with it: device and person can go on, and a
device code is worth one grant at most.

Each story is taken once for each of its writes, which fails. Another process tries the same again,
and then what stands is looked at.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from shared.errors import GrantRefused, TouchstoneError, UserCodeUnknown
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.openid_provider.tokens.token_issuer import ClientTokens
from tests.harness.worlds import Prepared, World
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.test_crashes import WAYS, as_ever
from tests.openid_provider.device_flow.devices import PERSON, PSQL, Devices
from tests.storage_faults import Crash, Way, at

OFFLINE = client(
    id=PSQL.id,
    grants=PSQL.grants | client().grants,
    scopes=PSQL.scopes | {"offline_access"},
    resources=PSQL.resources,
)


@dataclass(kw_only=True)
class Scene:
    devices: Devices
    person: Prepared
    scope: str
    asked: DeviceAuthorization | None = None
    got: list[ClientTokens] = field(default_factory=list)

    def in_another_process(self, world: World) -> None:
        self.devices = Devices(world.instance(), OFFLINE)

    @property
    def waiting(self) -> DeviceAuthorization:
        assert self.asked is not None
        return self.asked


type Act = Callable[[Scene], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Story:
    before: tuple[Act, ...]
    act: Act
    afterwards: Act
    """Asserts, after the act was tried again."""
    scope: str = "openid db:read"
    begins_again: bool = False
    """A challenge whose claim has lost its answer counts for nobody."""


async def _ask(scene: Scene) -> None:
    scene.asked = await scene.devices.ask(OFFLINE, scope=scene.scope)
    scene.got.clear()


async def _approve(scene: Scene) -> None:
    """The person types the code each time."""
    shown = await scene.devices.look(scene.waiting.user_code)
    await scene.devices.approve(shown, scene.person.key)


async def _reject(scene: Scene) -> None:
    shown = await scene.devices.look(scene.waiting.user_code)
    await scene.devices.deciding.reject(shown.review, by=None, client=PERSON)


async def _poll(scene: Scene) -> None:
    scene.got.append(await scene.devices.poll(scene.waiting, OFFLINE))


async def _can_be_approved(scene: Scene) -> None:
    await _approve(scene)
    await _poll(scene)
    await _one_grant_at_most(scene)


async def _is_approved(scene: Scene) -> None:
    with pytest.raises(UserCodeUnknown):
        await scene.devices.look(scene.waiting.user_code)
    await _poll(scene)
    await _one_grant_at_most(scene)


async def _is_rejected(scene: Scene) -> None:
    assert await scene.devices.refusal(scene.waiting, OFFLINE) == "access_denied"


async def _one_grant_at_most(scene: Scene) -> None:
    assert len(scene.got) <= 1
    for tokens in scene.got:
        assert await scene.devices.introspection.introspect(tokens.access_token)
        if tokens.refresh_token is not None:
            await scene.devices.refresh(tokens.refresh_token, OFFLINE)
    assert await scene.devices.refusal(scene.waiting, OFFLINE) in ("invalid_grant", "slow_down")


STORIES = {
    "asking": Story(before=(), act=_ask, afterwards=_can_be_approved),
    "approving": Story(before=(_ask,), act=_approve, afterwards=_is_approved, begins_again=True),
    "rejecting": Story(before=(_ask,), act=_reject, afterwards=_is_rejected),
    "redeeming": Story(before=(_ask, _approve), act=_poll, afterwards=_one_grant_at_most),
    "redeeming-offline": Story(
        before=(_ask, _approve),
        act=_poll,
        afterwards=_one_grant_at_most,
        scope="db:read offline_access",
    ),
}


async def _begin(world: World, prepared: Prepared, story: Story) -> Scene:
    world.set_back(prepared)
    scene = Scene(devices=Devices(world.instance(), OFFLINE), person=prepared, scope=story.scope)
    for act in story.before:
        await act(scene)
    scene.in_another_process(world)
    await scene.devices.party.stores.service_key.get()
    world.storage.transport.forget()
    return scene


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_a_failure_of_any_write_leaves_device_and_person_able_to_go_on(
    world: World, prepared: Prepared, story: Story, way: tuple[Way, Way]
) -> None:
    first, then = way
    await story.act(await _begin(world, prepared, story))
    writes = len(world.storage.transport.writes)
    assert writes > 0
    for number in range(1, writes + 1):
        scene = await _begin(world, prepared, story)
        world.storage.transport.fault = at(number, first, then=then, writes=True)
        answered = False
        with suppress(Crash, TouchstoneError):
            await story.act(scene)
            answered = True
        if then is as_ever:
            assert answered or story.begins_again, number
        world.storage.transport.fault = None
        scene.in_another_process(world)
        with suppress(GrantRefused, UserCodeUnknown):
            await story.act(scene)
        await story.afterwards(scene)
        await _ask(scene)
        await _can_be_approved(scene)
        assert await world.contradictions() == [], number
