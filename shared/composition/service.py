"""All stories of the service."""

from shared.audit_log.proofs import Proofs
from shared.composition.audit_log import (
    make_configuration_watch,
    make_exporting,
    make_indexing,
    make_log_reader,
    make_sealing,
    make_trusted_log,
)
from shared.composition.callers import (
    make_authorities,
    make_bearer_authentication,
    make_callers,
    make_dpop_nonces,
)
from shared.composition.erasure import make_erasure_requests, make_erasure_run
from shared.composition.maintenance import make_readiness, make_sweeping
from shared.composition.onboarding import (
    make_linked_subjects,
    make_links,
    make_passes,
    make_provisioning,
    make_redeeming,
    make_unused_accounts,
)
from shared.composition.openid_provider import make_external_mfa
from shared.composition.operators import make_operator_access, make_tables_export
from shared.composition.parts import Parts
from shared.composition.passkeys import (
    make_account_lookup,
    make_authentication,
    make_credentials,
    make_registration,
)
from shared.composition.sessions import (
    make_refreshing,
    make_revocation,
    make_sessions,
    make_stray_sessions,
    make_token_issuer,
)
from shared.keys.operator_tokens import OperatorSecrets
from shared.openid_provider.external_mfa.asking import Hints
from shared.operators.first_administrator import FirstAdministrator
from shared.relying_party.callers.authenticate import IdentityProviders
from shared.relying_party.sessions.csrf import CsrfTokens
from shared.relying_party.sessions.introspection import Introspection
from shared.relying_party.sessions.own_sessions import OwnSessions


class Service:
    def __init__(
        self,
        parts: Parts,
        providers: IdentityProviders,
        operator_secrets: OperatorSecrets,
        hints: Hints | None = None,
    ) -> None:
        authorities = make_authorities(parts)
        self.callers = callers = make_callers(parts, authorities)
        self.dpop_nonces = make_dpop_nonces(parts)
        self.bearer_authentication = make_bearer_authentication(parts, providers, self.dpop_nonces)

        self.token_issuer = token_issuer = make_token_issuer(parts)
        self.sessions = sessions = make_sessions(parts)
        self.csrf = CsrfTokens(parts.stores.service_key)
        self.own_sessions = OwnSessions(sessions, callers=callers)
        self.refreshing = make_refreshing(parts, token_issuer)
        self.stray_sessions = make_stray_sessions(parts, sessions)
        self.introspection = Introspection(
            bearer_authentication=self.bearer_authentication, callers=callers
        )
        self.revocation = make_revocation(parts, sessions, self.bearer_authentication)

        linked_subjects = make_linked_subjects(parts)
        self.links = make_links(parts, linked_subjects, callers)
        self.provisioning = make_provisioning(parts, linked_subjects)
        self.passes = make_passes(parts, self.provisioning, callers)
        self.redeeming = make_redeeming(parts)
        self.unused_accounts = make_unused_accounts(parts)
        self.external_mfa = make_external_mfa(parts, hints, linked_subjects)

        self.registration = make_registration(parts, self.provisioning, callers, authorities)
        self.authentication = make_authentication(parts, token_issuer)
        self.credentials = make_credentials(parts, sessions, callers)
        self.account_lookup = make_account_lookup(parts, callers)

        operator_access = make_operator_access(parts, operator_secrets)
        self.first_administrator = FirstAdministrator(operator_access, self.passes)
        self.tables_export = make_tables_export(parts, operator_access)

        self.keys = parts.keys
        self.limit_events = parts.limit_events
        self.readiness = make_readiness(parts)
        self.sweeping = make_sweeping(parts, self.stray_sessions, self.unused_accounts)

        self.configuration_watch = make_configuration_watch(parts)
        self.proofs = proofs = Proofs(parts.stores.log)
        self.trusted_log = make_trusted_log(parts, proofs)
        self.sealing = make_sealing(parts, self.trusted_log)
        self.exporting = make_exporting(parts, proofs)
        self.indexing = make_indexing(parts, self.trusted_log)
        self.log_reader = make_log_reader(parts, proofs, callers)
        self.erasure_requests = make_erasure_requests(parts, callers)
        self.erasure_run = make_erasure_run(parts, proofs, self.trusted_log, callers)
