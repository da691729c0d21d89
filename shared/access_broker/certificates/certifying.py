"""The certificate that a profile gives a person, and the row that remembers it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.certificates.client_certificate import (
    BACKDATED,
    ClientCertificate,
    person_name,
    serial_of,
    write_serial,
)
from shared.access.certificates.csr import ClientKey
from shared.access.postgresql.database import Database
from shared.access.postgresql.recorded import recorded_role
from shared.access.profiles.eligibility import Person, role_at_database
from shared.access.profiles.profile import PostgresqlCertificate, Profile
from shared.access_broker.approvals.senders import Sender
from shared.access_broker.certificates.authority import CertificateAuthority, Certified
from shared.audit.facts import Fact
from shared.errors import MalformedRequest, NotFound, TokenInvalid
from shared.storage.access.issued_certificates import IssuedCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    id: str
    """Of the event or the receipt. The serial number says the same."""
    certified: Certified
    database: Database
    wanted: ClientCertificate
    row: IssuedCertificate

    @property
    def serial(self) -> str:
        return write_serial(self.wanted.serial)

    def facts(self) -> dict[str, Fact]:
        role = recorded_role(self.database.role, self.wanted.role)
        return {"profile": self.wanted.profile, "role": role, "serial": self.serial}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certifying:
    authority: CertificateAuthority
    clock: Callable[[], datetime]

    async def certify(
        self, profile: Profile, person: Person, *, by: Sender, key: ClientKey, issue_id: str
    ) -> Issued:
        """Nothing is stored yet, so give it away only afterwards. Raises MalformedRequest for a
        profile of another kind, KeysUnavailable, CertificatesOff."""
        database = database_for_certificates(profile)
        role = role_at_database(profile, person)
        if role is None:
            raise NotFound
        now = self.clock().replace(microsecond=0)
        wanted = ClientCertificate(
            serial=serial_of(issue_id),
            role=role,
            person=person_name(person.username, person.handle),
            profile=profile.name,
            key=key,
            not_before=now - BACKDATED,
            not_after=now + profile.lifetime,
        )
        return Issued(
            id=issue_id,
            certified=await self.authority.certify(wanted),
            database=database,
            wanted=wanted,
            row=_row(wanted, by),
        )


def database_for_certificates(profile: Profile) -> Database:
    """Raises MalformedRequest for a profile of another kind."""
    if not isinstance(profile.parameters, PostgresqlCertificate):
        raise MalformedRequest("This profile gives no certificate.")
    return profile.parameters.database


def _row(wanted: ClientCertificate, by: Sender) -> IssuedCertificate:
    """Raises TokenInvalid for a token that rests on no sign-in."""
    if by.session is None or by.credential_hash is None:
        raise TokenInvalid
    return IssuedCertificate(
        serial=wanted.serial,
        expires_at=wanted.not_after,
        handle=by.handle,
        session=by.session,
        credential_hash=by.credential_hash,
    )
