"""A device gets the token that opens a database, once a person has approved the connection.

What the profile demands is compared once more with the account and the profile of this moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.postgresql.recorded import recorded_role
from shared.access.profiles.eligibility import obstacles, role_at_database
from shared.access_broker.approvals.grounds import PersonFinder
from shared.access_broker.databases.devices import DatabaseDevices, refusal_for
from shared.access_broker.databases.tokens import Connection, DatabaseTokens
from shared.audit.event import Kind, Outcome
from shared.errors import GrantRefused
from shared.errors.access import DatabaseChanged, DatabaseNotForYou, DatabaseRefused
from shared.openid.clients.client import Client
from shared.openid.device.profiled import AskedProfile
from shared.openid_provider.device.polling import Approved, PresentedDeviceCode, not_allowed
from shared.openid_provider.device.using_up import UsingUp
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.recording.event_details import EventDetails
from shared.recording.reasons import reason_of
from shared.storage.openid.standings import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRedemption:
    devices: DatabaseDevices
    people: PersonFinder
    tokens: DatabaseTokens
    using_up: UsingUp
    clock: Callable[[], datetime]

    async def redeem(
        self, approved: Approved, standing: Standing, presented: PresentedDeviceCode, client: Client
    ) -> ClientTokens:
        """The device code is used up, whether or not there is a token. Raises GrantRefused."""
        request, asked = approved.request, approved.request.profile
        if asked is None or not set(presented.resources) <= set(request.resources):
            raise GrantRefused("invalid_target", "resource is not that of the database.")
        details = _details(standing, asked, client)
        try:
            connection = await self._connection(approved, asked, standing, client)
        except DatabaseRefused as refused:
            details["reason"] = reason_of(refused)
            await self._use_up(approved, Outcome.FAILURE, details)
            raise not_allowed() from refused
        token = await self.tokens.sign(connection)
        rule = connection.access.database.role
        details["token"] = token.id
        details["facts"] |= {"role": recorded_role(rule, connection.role)}
        await self._use_up(approved, Outcome.SUCCESS, details)
        return ClientTokens(
            access_token=token.text,
            token_type="Bearer",  # noqa: S106  the type of a token
            expires_in=token.expires_in,
            scope=(connection.access.scope,),
            id_token=None,
        )

    async def _connection(
        self, approved: Approved, asked: AskedProfile, standing: Standing, client: Client
    ) -> Connection:
        profile, access = await self.devices.unchanged(asked)
        person = await self.people.find(standing.record.user_handle)
        if person is None:
            raise DatabaseNotForYou
        found = obstacles(profile, person, client=client.id, gesture=None, now=self.clock())
        if found:
            raise refusal_for(found)
        role = role_at_database(profile, person)
        if role is None or role != approved.approval.role:
            raise DatabaseChanged
        return Connection(profile=profile, access=access, person=person, role=role, client=client)

    async def _use_up(self, approved: Approved, outcome: Outcome, details: EventDetails) -> None:
        await self.using_up.use_up(approved.stored, Kind.ACCESS_GRANTED, outcome, details)


def _details(standing: Standing, asked: AskedProfile, client: Client) -> EventDetails:
    return EventDetails(
        actor=standing.record,
        target=standing.record,
        credential=standing.record,
        session=standing.stored.session.id,
        facts={"client": client.id, "profile": asked.name},
    )
