"""Devices that ask for a connection to a database: by their scope, which one profile has."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from shared.access.postgresql.roles import FixedRole
from shared.access.profiles.documents import state_of
from shared.access.profiles.eligibility import (
    Obstacle,
    admits_client,
    obstacles,
    role_at_database,
)
from shared.access.profiles.profile import PostgresqlOauth, Profile
from shared.access_broker.approvals.grounds import PersonFinder, ProfileFinder
from shared.access_broker.databases.scopes import DatabaseScopes
from shared.access_broker.people import gesture_of
from shared.accounts.handles import UserHandle
from shared.errors import AuthorizationDenied
from shared.errors.access import (
    DatabaseChanged,
    DatabaseClosed,
    DatabaseNotForYou,
    DatabasePasskeyUnfit,
    DatabaseRefused,
)
from shared.openid.clients.client import Client
from shared.openid.clients.own_names import OwnNames
from shared.openid.device.profiled import Admitted, Allowed, AskedProfile, ShownDatabase
from shared.openid.scopes import STANDARD
from shared.relying_party.passkeys.assertion_verification import ProvenAssertion

_OF_PERSON = {Obstacle.NOT_LISTED, Obstacle.SUSPENDED, Obstacle.CLIENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseDevices:
    scopes: DatabaseScopes
    profiles: ProfileFinder
    people: PersonFinder
    own: OwnNames
    clock: Callable[[], datetime]

    async def ask(
        self, client: Client, *, scope: tuple[str, ...], resources: tuple[str, ...]
    ) -> Allowed | None:
        """None if no scope belongs to a profile. Scopes of OpenID Connect beside it are left out: a
        token for a database opens nothing else. Raises AuthorizationDenied."""
        owners = await self.scopes.owners(scope)
        if not owners:
            return None
        (profile, access), *others = owners
        if others or not set(scope) <= {access.scope, *STANDARD}:
            raise AuthorizationDenied("invalid_scope", "The scope of a database stands alone.")
        if not admits_client(profile.who, client.id) or self.own.has(access.resource):
            raise AuthorizationDenied(
                "invalid_scope", "scope has a value that this client may not ask for."
            )
        if not set(resources) <= {access.resource}:
            raise AuthorizationDenied("invalid_target", "resource is not that of the database.")
        if client.bound_tokens:
            raise AuthorizationDenied(
                "unauthorized_client",
                "Tokens of this client are bound to its key, which no database can check.",
            )
        return Allowed(
            scope=(access.scope,),
            resources=(access.resource,),
            profile=AskedProfile(profile.name, state_of(profile)),
        )

    async def show(self, asked: AskedProfile, *, account: UserHandle | None) -> ShownDatabase:
        """Raises DatabaseChanged."""
        profile, access = await self.unchanged(asked)
        database = access.database
        return ShownDatabase(
            title=profile.title,
            host=database.host,
            port=database.port,
            name=database.name,
            role=await self._shown_role(profile, access, account),
        )

    async def _shown_role(
        self, profile: Profile, access: PostgresqlOauth, account: UserHandle | None
    ) -> str | None:
        if isinstance(access.database.role, FixedRole):
            return access.database.role.role
        person = None if account is None else await self.people.find(account)
        return None if person is None else role_at_database(profile, person)

    async def admit(
        self, asked: AskedProfile, proven: ProvenAssertion, client: Client, *, shown: str | None
    ) -> Admitted:
        """The account and the profile count as they are now. Raises DatabaseRefused."""
        profile, _ = await self.unchanged(asked)
        record, now = proven.stored.record, self.clock()
        person = await self.people.find(record.user_handle)
        if person is None:
            raise DatabaseNotForYou
        verified = proven.verified.user_verified
        gesture = gesture_of(record, user_verified=verified, at=now)
        found = obstacles(profile, person, client=client.id, gesture=gesture, now=now)
        if found:
            proven.attempt.add_details(reason=found[0].value)
            raise refusal_for(found)
        role = role_at_database(profile, person)
        if shown not in (None, role):
            raise DatabaseChanged
        return Admitted(lifetime=profile.lifetime, role=role)

    async def unchanged(self, asked: AskedProfile) -> tuple[Profile, PostgresqlOauth]:
        """The profile, if it is as it was when the device asked. Raises DatabaseChanged."""
        profile = await self.profiles.find(asked.name)
        if profile is None or state_of(profile) != asked.state:
            raise DatabaseChanged
        if not isinstance(profile.parameters, PostgresqlOauth):
            raise DatabaseChanged
        return profile, profile.parameters


def refusal_for(found: Collection[Obstacle]) -> DatabaseRefused:
    """What the person is told: first what nobody can change at once."""
    if not _OF_PERSON.isdisjoint(found):
        return DatabaseNotForYou()
    return DatabaseClosed() if Obstacle.OUTSIDE_WINDOW in found else DatabasePasskeyUnfit()
