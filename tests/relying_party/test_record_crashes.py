"""Whatever was changed is on record, and whatever is on record as done was done.

Each story is taken once for every storage call that it makes, with an end at that call. Then what
is stored is compared with what the audit trail says: both, or neither and at most an attempt.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from shared.accounts.names import read_username
from shared.errors import StorageUnavailable
from shared.relying_party.passes import PassRequest
from shared.relying_party.people import SERVICE
from shared.relying_party.sessions import Tokens
from tests.authenticator import SoftAuthenticator, base64url
from tests.relying_party.administrators import (
    ADMINISTRATOR,
    ALICE,
    account,
    handle_of,
    holder,
)
from tests.relying_party.party import Party, new_authenticator
from tests.relying_party.record import Event, record
from tests.storage_faults import (
    ENDS,
    Crash,
    Way,
    at,
    unreachable,
)

MOST_CALLS = 14


@dataclass
class Scene:
    """Alice has a key and a session."""

    party: Party
    key: SoftAuthenticator = field(default_factory=new_authenticator)
    tokens: Tokens | None = None

    @property
    def signed_in(self) -> Tokens:
        assert self.tokens is not None
        return self.tokens


type Act = Callable[[Scene, Party], Awaitable[object]]
type Seen = Callable[[Scene], Awaitable[int]]
"""Counts what such acts leave in storage."""


@dataclass(frozen=True, kw_only=True)
class Story:
    act: Act
    seen: Seen
    kind: str
    before: int = 0
    """What `seen` counts before."""


async def _sign_in(scene: Scene, party: Party) -> None:
    await party.sign_in(scene.key, "alice")


async def _register(scene: Scene, party: Party) -> None:
    await party.register(new_authenticator(), "bob")


async def _refresh(scene: Scene, party: Party) -> None:
    await party.refresh(scene.signed_in.refresh_token)


async def _sign_out(scene: Scene, party: Party) -> None:
    await party.service.sessions.end(scene.signed_in.session.sign_in.user_handle, by=SERVICE)


async def _issue(scene: Scene, party: Party) -> None:
    request = PassRequest(
        username=ALICE, display_name=None, lifetime=None, one_time=True, starts_at=None
    )
    await party.service.passes.issue(request, by=ADMINISTRATOR)


async def _provision(scene: Scene, party: Party) -> None:
    request = PassRequest(
        username=read_username("carol"),
        display_name=None,
        lifetime=None,
        one_time=True,
        starts_at=None,
    )
    await party.service.passes.issue(request, by=ADMINISTRATOR)


async def _rename(scene: Scene, party: Party) -> None:
    own = await holder(party, scene.signed_in.access_token)
    (record,) = (await account(party)).records
    await party.service.credentials.rename(own, record.id, name="Renamed")


async def _suspend(scene: Scene, party: Party) -> None:
    await party.service.credentials.suspend_account(
        await handle_of(party), suspended=True, by=ADMINISTRATOR
    )


async def _remove(scene: Scene, party: Party) -> None:
    (record,) = (await account(party)).records
    await party.service.credentials.remove_of(await handle_of(party), record.id, by=ADMINISTRATOR)


async def _link(scene: Scene, party: Party) -> None:
    await party.service.links.add(
        await handle_of(party), issuer="https://provider.example", subject="a", by=ADMINISTRATOR
    )


async def _sessions(scene: Scene) -> int:
    return len([row for row in await scene.party.storage.rows("Sessions") if "Current" in row])


async def _ended(scene: Scene) -> int:
    return 1 - await _sessions(scene)


async def _rotations(scene: Scene) -> int:
    rows = await scene.party.storage.rows("Sessions")
    return sum(row.get("Rotations", 0) for row in rows)


async def _bobs(scene: Scene) -> int:
    rows = await scene.party.storage.rows("Accounts", prefix="credential")
    return len([row for row in rows if row["Username"] == "bob"])


async def _passes(scene: Scene) -> int:
    return len(await scene.party.storage.rows("Accounts", prefix="access-pass"))


async def _carols(scene: Scene) -> int:
    rows = await scene.party.storage.rows("Accounts", prefix="account")
    return len([row for row in rows if row["Username"] == "carol"])


async def _renamed(scene: Scene) -> int:
    rows = await scene.party.storage.rows("Accounts", prefix="credential")
    return len([row for row in rows if row["Name"] == "Renamed"])


async def _suspended(scene: Scene) -> int:
    rows = await scene.party.storage.rows("Accounts", prefix="account")
    return len([row for row in rows if row["Suspended"]])


async def _removed(scene: Scene) -> int:
    return 1 - len(await scene.party.storage.rows("Accounts", prefix="credential"))


async def _links(scene: Scene) -> int:
    return len(await scene.party.storage.rows("Links", prefix="account"))


STORIES = {
    "signing-in": Story(act=_sign_in, seen=_sessions, kind="authentication.finished", before=1),
    "registering": Story(act=_register, seen=_bobs, kind="registration.finished"),
    "refreshing": Story(act=_refresh, seen=_rotations, kind="token.refreshed"),
    "signing-out": Story(act=_sign_out, seen=_ended, kind="session.ended"),
    "issuing-a-pass": Story(act=_issue, seen=_passes, kind="pass.issued"),
    "making-an-account": Story(act=_provision, seen=_carols, kind="account.created"),
    "renaming": Story(act=_rename, seen=_renamed, kind="credential.renamed"),
    "suspending": Story(act=_suspend, seen=_suspended, kind="account.suspended"),
    "removing": Story(act=_remove, seen=_removed, kind="credential.removed"),
    "linking": Story(act=_link, seen=_links, kind="account.linked"),
}


@pytest.fixture
async def scene(party: Party) -> Scene:
    scene = Scene(party)
    await party.register(scene.key, "alice")
    scene.tokens = (await party.sign_in(scene.key, "alice")).tokens
    await record(party)
    return scene


def _done(story: Story, events: list[Event]) -> int:
    told = [event for event in events[2:] if event["kind"] == story.kind]
    return len([event for event in told if event["outcome"] == "success"])


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("number", range(1, MOST_CALLS + 1))
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_an_end_at_any_call_leaves_the_record_true(
    scene: Scene, story: Story, number: int, way: tuple[Way, Way]
) -> None:
    first, then = way
    scene.party.storage.transport.fault = at(number, first, then=then)
    answered = True
    try:
        await story.act(scene, scene.party)
    except (Crash, StorageUnavailable):
        answered = False
    scene.party.storage.transport.fault = None
    events = await record(scene.party)
    changes = await story.seen(scene) - story.before
    assert _done(story, events) == changes
    assert changes == 1 if answered else changes in (0, 1)
    assert {event["outcome"] for event in events[2:]} <= {"success", "attempted"}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_every_call_of_a_story_is_enumerated(scene: Scene, story: Story) -> None:
    scene.party.storage.transport.forget()
    await story.act(scene, scene.party)
    assert len(scene.party.storage.transport.names) <= MOST_CALLS
    assert await story.seen(scene) - story.before == 1
    assert _done(story, await record(scene.party)) == 1


async def test_without_its_notice_nothing_is_changed(scene: Scene) -> None:
    """The outbox alone is out of reach: the request fails, and its challenge is spent."""

    async def fault(call: object, send: Callable[[], Awaitable[object]]) -> object:
        if "AuditOutbox" in getattr(call, "name", ""):
            await unreachable(send)
        return await send()

    options = await scene.party.begin_authentication("alice")
    scene.party.storage.transport.fault = fault
    with pytest.raises(StorageUnavailable):
        await scene.party.finish_authentication(scene.key.get(options))
    scene.party.storage.transport.fault = None
    assert await _sessions(scene) == 1
    assert base64url.decode(options["challenge"])
