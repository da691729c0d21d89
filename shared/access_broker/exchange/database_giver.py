"""A token of ours opens a database, for programs that show no page (`databases`)."""

from dataclasses import dataclass

from shared.access.postgresql.recorded import recorded_role
from shared.access.profiles.eligibility import role_at_database
from shared.access.profiles.profile import PostgresqlOauth
from shared.access_broker.databases.tokens import Connection, DatabaseTokens
from shared.access_broker.exchange.admission import unknown_profile
from shared.access_broker.exchange.giving import Exchanged, Granted, UseUp
from shared.recording.attempt import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseGiver:
    tokens: DatabaseTokens

    def scope_of(self, access: PostgresqlOauth) -> str:
        return access.scope

    async def give(
        self, access: PostgresqlOauth, granted: Granted, attempt: Attempt, use_up: UseUp
    ) -> Exchanged:
        role = role_at_database(granted.profile, granted.person)
        if role is None or self.tokens.own.has(access.resource):
            raise unknown_profile()
        connection = Connection(
            profile=granted.profile,
            access=access,
            person=granted.person,
            role=role,
            client=granted.client,
            until=granted.expires_at,
            actor=granted.actor,
        )
        # Before anything is used up: without a key there would be no token to return.
        token = await self.tokens.sign(connection)
        attempt.add_details(
            token=token.id, facts={"role": recorded_role(access.database.role, role)}
        )
        await use_up()
        await attempt.succeed()
        return Exchanged(
            token=token.text, expires_in=token.expires_in, id=token.id, scope=access.scope
        )
