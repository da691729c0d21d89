"""All that the service can do, put together over one set of resources."""

from shared.relying_party.audit_reading import AuditReading
from shared.relying_party.authentication import Authentication
from shared.relying_party.callers import Callers
from shared.relying_party.continuity import Continuity, Trust
from shared.relying_party.credentials import Credentials
from shared.relying_party.entry import Entry, IdentityProviders
from shared.relying_party.erasing import Erasing
from shared.relying_party.erasure_grounds import ErasureGrounds
from shared.relying_party.erasures import Erasures
from shared.relying_party.exporting import Exporting
from shared.relying_party.indexing import Indexing
from shared.relying_party.introspection import Introspection
from shared.relying_party.links import Links
from shared.relying_party.own_sessions import OwnSessions
from shared.relying_party.passes import Passes
from shared.relying_party.proofs import Proofs
from shared.relying_party.provisioning import Provisioning
from shared.relying_party.refreshing import Refreshing
from shared.relying_party.registration import Registration
from shared.relying_party.resources import Resources
from shared.relying_party.sealing import Sealing, SealingKeys
from shared.relying_party.sessions import Sessions
from shared.relying_party.settling import Settling
from shared.relying_party.stray_sessions import StraySessions
from shared.relying_party.unused_accounts import UnusedAccounts
from shared.relying_party.watching import Watching


class Service:
    def __init__(self, resources: Resources, providers: IdentityProviders) -> None:
        callers = Callers(resources)
        self.resources = resources
        self.links = Links(resources, callers=callers)
        self.provisioning = provisioning = Provisioning(resources, links=self.links)
        self.entry = Entry(resources, providers)
        self.sessions = Sessions(resources)
        self.own_sessions = OwnSessions(self.sessions, callers=callers)
        self.refreshing = Refreshing(resources, self.sessions)
        self.registration = Registration(resources, provisioning, callers=callers)
        self.authentication = Authentication(resources, self.sessions)
        self.passes = Passes(resources, provisioning, callers=callers)
        self.credentials = Credentials(resources, callers=callers, sessions=self.sessions)
        self.stray_sessions = StraySessions(resources, self.sessions)
        self.unused_accounts = UnusedAccounts(resources)
        self.watching = Watching(resources)
        self.proofs = Proofs(resources.log)
        origin = resources.settings.policy.rp_id
        trust = Trust(
            origin=origin,
            keys=resources.trusted_verifiers,
            statements=resources.statement_keys,
            untagged_before=resources.settings.audit.untagged_before,
            superseded=resources.settings.audit.superseded,
        )
        self.continuity = Continuity(
            trust, log=resources.log, proofs=self.proofs, clock=resources.clock
        )
        told_after = resources.settings.audit.settling
        self.sealing = Sealing(
            Settling(resources.outbox, resources.event_ids, told_after=told_after),
            outbox=resources.outbox,
            log=resources.log,
            event_ids=resources.event_ids,
            continuity=self.continuity,
            origin=origin,
            keys=SealingKeys(
                checkpoints=resources.checkpoint_keys, statement=resources.statement_key
            ),
            clock=resources.clock,
        )
        self.exporting = Exporting(resources.log, self.proofs, origin=origin)
        self.indexing = Indexing(
            resources.people,
            log=resources.log,
            head=self.continuity.signed_head,
            cursors=resources.cursors,
            clock=resources.clock,
        )
        self.audit = AuditReading(resources, self.proofs, callers=callers)
        self.erasures = Erasures(resources, callers=callers)
        self.erasing = Erasing(
            resources,
            callers=callers,
            continuity=self.continuity,
            grounds=ErasureGrounds(resources.event_ids, self.proofs, self.continuity),
        )
        self.introspection = Introspection(
            entry=self.entry, sessions=self.sessions, refreshing=self.refreshing, callers=callers
        )
