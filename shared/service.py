"""All that the service can do, put together over one set of resources."""

from shared.audit_log.erasure_grounds import ErasureGrounds
from shared.audit_log.erasure_requests import ErasureRequests
from shared.audit_log.erasure_run import ErasureRun
from shared.audit_log.indexing import Indexing
from shared.audit_log.log_export import Exporting
from shared.audit_log.log_reader import LogReader
from shared.audit_log.proofs import Proofs
from shared.audit_log.sealing import Sealing, SealingKeys
from shared.audit_log.settling import Settling
from shared.audit_log.trusted_log import Trust, TrustedLog
from shared.recording.configuration_watch import ConfigurationWatch, WatchedKeys
from shared.relying_party.callers.authenticate import BearerAuthentication, IdentityProviders
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.links import Links
from shared.relying_party.onboarding.passes import Passes
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.onboarding.unused_accounts import UnusedAccounts
from shared.relying_party.passkeys.authentication import Authentication
from shared.relying_party.passkeys.credentials import Credentials
from shared.relying_party.passkeys.registration import Registration
from shared.relying_party.sessions.introspection import Introspection
from shared.relying_party.sessions.own_sessions import OwnSessions
from shared.relying_party.sessions.refreshing import Refreshing
from shared.relying_party.sessions.sessions import Sessions
from shared.relying_party.sessions.stray_sessions import StraySessions
from shared.resources import Resources


class Service:
    def __init__(self, resources: Resources, providers: IdentityProviders) -> None:
        callers = Callers(resources)
        self.resources = resources
        self.links = Links(resources, callers=callers)
        self.provisioning = provisioning = Provisioning(resources, links=self.links)
        self.entry = BearerAuthentication(resources, providers)
        self.sessions = Sessions(resources)
        self.own_sessions = OwnSessions(self.sessions, callers=callers)
        self.refreshing = Refreshing(resources, self.sessions)
        self.registration = Registration(resources, provisioning, callers=callers)
        self.authentication = Authentication(resources, self.sessions)
        self.passes = Passes(resources, provisioning, callers=callers)
        self.credentials = Credentials(resources, callers=callers, sessions=self.sessions)
        self.stray_sessions = StraySessions(resources, self.sessions)
        self.unused_accounts = UnusedAccounts(resources)
        self.configuration_watch = ConfigurationWatch(
            resources.configuration_snapshots,
            resources.trail,
            settings=resources.settings,
            keys=WatchedKeys(
                published=resources.current_keys.published_keys,
                checkpoints=resources.current_keys.checkpoint_keys,
            ),
        )
        self.proofs = Proofs(resources.log)
        origin = resources.settings.policy.rp_id
        trust = Trust(
            origin=origin,
            keys=resources.trusted_verifiers,
            statements=resources.current_keys.statement_keys,
            untagged_before=resources.settings.audit.untagged_before,
            superseded=resources.settings.audit.superseded,
        )
        self.trusted_log = TrustedLog(
            trust, log=resources.log, proofs=self.proofs, clock=resources.clock
        )
        told_after = resources.settings.audit.settling
        self.sealing = Sealing(
            Settling(resources.outbox, resources.event_ids, told_after=told_after),
            outbox=resources.outbox,
            log=resources.log,
            event_ids=resources.event_ids,
            trusted_log=self.trusted_log,
            origin=origin,
            keys=SealingKeys(
                checkpoints=resources.current_keys.checkpoint_keys,
                statement=resources.current_keys.statement_key,
            ),
            clock=resources.clock,
        )
        self.exporting = Exporting(resources.log, self.proofs, origin=origin)
        self.indexing = Indexing(
            resources.people,
            log=resources.log,
            head=self.trusted_log.signed_head,
            cursors=resources.cursors,
            clock=resources.clock,
        )
        self.audit = LogReader(resources, self.proofs, callers=callers)
        self.erasures = ErasureRequests(resources, callers=callers)
        self.erasing = ErasureRun(
            resources,
            callers=callers,
            trusted_log=self.trusted_log,
            grounds=ErasureGrounds(resources.event_ids, self.proofs, self.trusted_log),
        )
        self.introspection = Introspection(
            entry=self.entry, sessions=self.sessions, refreshing=self.refreshing, callers=callers
        )
