"""Approvals in process: people with passkeys, and profiles that a test may change."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from shared.access.approvals.approval import Approval
from shared.access.profiles.profile import (
    Approvers,
    Audience,
    CustomAction,
    Demands,
    EntraAccess,
    EntraIdentity,
    Kind,
    Profile,
)
from shared.access_broker.approvals.asking import Wanted
from shared.access_broker.approvals.following import Followed
from shared.accounts.records import CredentialRecord
from shared.composition.access.approvals import (
    ApprovalParts,
    make_asking,
    make_deciding,
    make_following,
    make_looking,
    make_using,
)
from shared.json_shape import Shape
from shared.principals import AccountHolder
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import CLIENT, ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT

NOBODY = Audience(users=frozenset(), roles=frozenset(), groups=frozenset(), clients=frozenset())
DEMANDS = Demands(
    gesture_age=None,
    bound_gesture=False,
    user_verification=False,
    device_bound=False,
    attested=False,
    models=frozenset(),
)
SCHEMA = {
    "type": "object",
    "properties": {"amount": {"type": "number"}, "to": {"type": "string"}},
    "required": ["amount", "to"],
}
DETAILS = {"type": "custom", "amount": 100, "to": "bob's café"}
TEMPLATE = {"en": "Pay {amount} € to {to}.", "de": "Zahle {amount} € an {to}."}
IDENTITY = EntraIdentity(
    tenant="7f1c8a52-3d4e-4f60-8a1b-2c3d4e5f6a7b",
    client_id="0e4f2b1c-9a8d-4c7b-b6a5-d4e3f2a1b0c9",
    per_person=False,
    agent=None,
)


def users(*names: str) -> Audience:
    return replace(NOBODY, users=frozenset(names))


def profile(number: int = 1, **changes: Any) -> Profile:  # noqa: ANN401
    """Alice may ask. Bob, Carol and Dave may approve."""
    pay = Profile(
        name="pay",
        title="Payments",
        description=None,
        kind=Kind.CUSTOM,
        parameters=CustomAction(schema=SCHEMA, template=TEMPLATE),
        who=users("alice"),
        demands=DEMANDS,
        approvers=Approvers(number=number, who=users("bob", "carol", "dave")),
        reason_required=False,
        windows=(),
        lifetime=timedelta(minutes=5),
        approval_lifetime=timedelta(hours=1),
        webhooks=(),
        from_settings=True,
    )
    return replace(pay, **changes)


def database(number: int = 1, **changes: Any) -> Profile:  # noqa: ANN401
    """As `profile`, of a kind that gives a token."""
    access = EntraAccess(identity=IDENTITY, scope="https://database.windows.net/.default")
    return profile(number, kind=Kind.AZURE_SQL, name="orders", parameters=access, **changes)


@dataclass
class Profiles:
    found: dict[str, Profile]

    async def find(self, name: str) -> Profile | None:
        return self.found.get(name)


@dataclass
class Someone:
    key: SoftAuthenticator
    record: CredentialRecord
    holder: AccountHolder


@dataclass
class Desk:
    party: ServiceHarness
    profiles: Profiles = field(default_factory=lambda: Profiles({"pay": profile()}))

    def __post_init__(self) -> None:
        service = self.party.service
        self.given = given = ApprovalParts(
            parts=self.party.parts,
            profiles=self.profiles,
            senders=service.approval_senders,
            authorities=service._authorities,
        )
        self.looking = make_looking(given)
        self.asking = make_asking(given)
        self.following = make_following(given, self.looking)
        self.deciding = make_deciding(given, self.looking)
        self.using = make_using(given)
        self.store = self.party.stores.approvals

    def restarted(self) -> "Desk":
        """Another instance over the same tables."""
        return Desk(self.party.restarted(), self.profiles)

    def keep(self, *kept: Profile) -> None:
        self.profiles.found = {each.name: each for each in kept}

    async def person(
        self, username: str, *, with_key_of: Someone | None = None, synced: bool = False
    ) -> Someone:
        key = replace(new_authenticator(), backup_eligible=synced)
        lies: Any = {} if with_key_of is None else {"key": with_key_of.key.latest.key}
        made = key.create(await self.party.begin_registration(username), **lies)
        return await self.signed_in(key, username, await self.party.finish_registration(made))

    async def signed_in(
        self, key: SoftAuthenticator, username: str, record: CredentialRecord
    ) -> Someone:
        tokens = (await self.party.sign_in(key, username)).tokens
        return Someone(key, record, await self.party.holder(tokens.access_token))

    async def ask(
        self,
        by: Someone,
        *,
        profile: str = "pay",
        details: object = DETAILS,
        reason: str | None = "the rent",
    ) -> Approval:
        wanted = Wanted(profile=profile, details=details, reason=reason)
        return await self.asking.ask(wanted, by=by.holder, client=CLIENT)

    async def begin(self, approval: Approval, by: Someone) -> dict[str, Any]:
        begun = await self.deciding.begin(approval.id, by=by.holder, client=CLIENT)
        return begun.options

    async def finish(self, approval: Approval, by: Someone, credential: object) -> None:
        shape = Shape({"credential": credential}).inner("credential")
        response = read_authentication_response(shape)
        await self.deciding.finish(approval.id, response, by=by.holder, client=CLIENT)

    async def approve(self, approval: Approval, by: Someone) -> None:
        credential = by.key.get(await self.begin(approval, by))
        await self.finish(approval, by, credential)

    async def look(self, approval: Approval, by: Someone) -> Followed:
        return await self.following.one(approval.id, by=by.holder)

    async def now(self, approval: Approval) -> Approval:
        stored = await self.store.find(approval.id)
        assert stored is not None
        return stored.approval

    async def suspend(self, someone: Someone, *, suspended: bool = True) -> None:
        accounts = self.party.stores.accounts
        owner = await accounts.find_account(someone.record.user_handle)
        assert owner is not None
        account = replace(owner.account, suspended=suspended)
        await accounts.change_account(owner, account, event=NO_EVENT)
