"""Stories of approvals."""

from dataclasses import dataclass

from shared.access_broker.approvals.asking import Asking
from shared.access_broker.approvals.changing import ApprovalChanges
from shared.access_broker.approvals.deciding import Deciding
from shared.access_broker.approvals.following import Following
from shared.access_broker.approvals.grounds import GroundsFinder, ProfileFinder
from shared.access_broker.approvals.looking import Looking
from shared.access_broker.approvals.senders import Senders
from shared.access_broker.approvals.using import Using
from shared.access_broker.people import People
from shared.audit_log.proofs import Proofs
from shared.audit_log.sealed_events import SealedEvents
from shared.composition.parts import Parts
from shared.composition.passkeys import make_bound_gesture
from shared.relying_party.callers.authority_status import Authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalParts:
    """What the stories of approvals are built from, beside what all stories are."""

    parts: Parts
    profiles: ProfileFinder
    senders: Senders
    authorities: Authorities


def make_asking(given: ApprovalParts) -> Asking:
    parts = given.parts
    return Asking(
        service=parts.settings.tokens.issuer,
        store=parts.stores.approvals,
        profiles=given.profiles,
        senders=given.senders,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def _make_grounds(given: ApprovalParts) -> GroundsFinder:
    return GroundsFinder(
        profiles=given.profiles,
        people=People(given.parts.stores.accounts),
        authorities=given.authorities,
        clock=given.parts.clock,
    )


def make_looking(given: ApprovalParts) -> Looking:
    parts = given.parts
    return Looking(
        store=parts.stores.approvals,
        grounds=_make_grounds(given),
        senders=given.senders,
        people=People(parts.stores.accounts),
        clock=parts.clock,
    )


def make_following(given: ApprovalParts, looking: Looking) -> Following:
    parts = given.parts
    return Following(
        looking=looking,
        store=parts.stores.approvals,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
        prove_sealed=_make_sealed_events(parts).prove,
    )


def _make_sealed_events(parts: Parts) -> SealedEvents:
    return SealedEvents(
        log=parts.stores.log,
        event_ids=parts.stores.event_ids,
        proofs=Proofs(parts.stores.log),
        verifiers=parts.trusted_verifiers,
    )


def make_deciding(given: ApprovalParts, looking: Looking) -> Deciding:
    parts = given.parts
    store = parts.stores.approvals
    return Deciding(
        looking=looking,
        store=store,
        changes=ApprovalChanges(store=store, clock=parts.clock),
        gesture=make_bound_gesture(parts),
        accounts=parts.stores.accounts,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_using(given: ApprovalParts) -> Using:
    parts = given.parts
    return Using(
        store=parts.stores.approvals,
        grounds=_make_grounds(given),
        keys=parts.keys,
        senders=given.senders,
        recorder=parts.recorder,
        clock=parts.clock,
    )
