"""Stories of people at web pages behind a proxy."""

from shared.access_broker.profiles.directory import ProfileDirectory
from shared.access_broker.web.checking import Checking
from shared.access_broker.web.entering import Entering
from shared.access_broker.web.leaving import Leaving
from shared.access_broker.web.refusing import RefusedVisits
from shared.access_broker.web.sites import Sites
from shared.access_broker.web.telling import Telling
from shared.access_broker.web.visitors import Visitors
from shared.composition.parts import Parts
from shared.openid_provider.tokens.code_claims import CodeClaims
from shared.relying_party.sessions.sessions import Sessions


def make_sites(parts: Parts, directory: ProfileDirectory) -> Sites:
    return Sites(directory, kept_for=parts.settings.web.kept_for, clock=parts.clock)


def make_checking(parts: Parts, sites: Sites) -> Checking:
    return Checking(
        sites=sites,
        visitors=Visitors(
            parts.stores.standings,
            keys=parts.keys,
            kept_for=parts.settings.web.kept_for,
            clock=parts.clock,
        ),
        telling=Telling(
            issuer=parts.settings.tokens.issuer,
            keys=parts.keys,
            clock=parts.clock,
            random=parts.random,
        ),
        refused=RefusedVisits(parts.recorder, clock=parts.clock),
        clock=parts.clock,
    )


def make_entering(parts: Parts, checking: Checking, claims: CodeClaims) -> Entering:
    return Entering(
        checking=checking,
        claims=claims,
        issuer=parts.settings.tokens.issuer,
        longest=parts.settings.sessions.absolute,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_leaving(checking: Checking, sessions: Sessions) -> Leaving:
    return Leaving(visitors=checking.visitors, sessions=sessions)
