"""Stories about sessions, and about accounts before their first credential."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.audit_log import LogStories

if TYPE_CHECKING:
    from shared.openid_provider.external_mfa.stories import ExternalMfaStories
    from shared.relying_party.groups.administration import GroupAdministration
    from shared.relying_party.groups.memberships import Memberships
    from shared.relying_party.onboarding.linked_subjects import LinkedSubjects
    from shared.relying_party.onboarding.links import Links
    from shared.relying_party.onboarding.passes import Passes
    from shared.relying_party.onboarding.provisioning import Provisioning
    from shared.relying_party.onboarding.redeeming import Redeeming
    from shared.relying_party.onboarding.unused_accounts import UnusedAccounts
    from shared.relying_party.sessions.csrf import CsrfTokens
    from shared.relying_party.sessions.introspection import Introspection
    from shared.relying_party.sessions.own_sessions import OwnSessions
    from shared.relying_party.sessions.refreshing import Refreshing
    from shared.relying_party.sessions.revocation import Revocation
    from shared.relying_party.sessions.sessions import Sessions
    from shared.relying_party.sessions.stray_sessions import StraySessions
    from shared.relying_party.sessions.token_issuer import TokenIssuer


class AccountStories(LogStories):
    @cached_property
    def token_issuer(self) -> "TokenIssuer":
        from shared.composition.sessions import make_token_issuer

        return make_token_issuer(self._parts)

    @cached_property
    def sessions(self) -> "Sessions":
        from shared.composition.sessions import make_sessions

        return make_sessions(self._parts)

    @cached_property
    def csrf(self) -> "CsrfTokens":
        from shared.relying_party.sessions.csrf import CsrfTokens

        return CsrfTokens(self._parts.stores.service_key)

    @cached_property
    def own_sessions(self) -> "OwnSessions":
        from shared.relying_party.sessions.own_sessions import OwnSessions

        return OwnSessions(self.sessions, callers=self.callers)

    @cached_property
    def refreshing(self) -> "Refreshing":
        from shared.composition.sessions import make_refreshing

        return make_refreshing(self._parts, self.token_issuer)

    @cached_property
    def stray_sessions(self) -> "StraySessions":
        from shared.composition.sessions import make_stray_sessions

        return make_stray_sessions(self._parts, self.sessions)

    @cached_property
    def introspection(self) -> "Introspection":
        from shared.relying_party.sessions.introspection import Introspection

        return Introspection(bearer_authentication=self.bearer_authentication, callers=self.callers)

    @cached_property
    def revocation(self) -> "Revocation":
        from shared.composition.sessions import make_revocation

        return make_revocation(self._parts, self.sessions, self.bearer_authentication)

    @cached_property
    def _linked_subjects(self) -> "LinkedSubjects":
        from shared.composition.onboarding import make_linked_subjects

        return make_linked_subjects(self._parts)

    @cached_property
    def links(self) -> "Links":
        from shared.composition.onboarding import make_links

        return make_links(self._parts, self._linked_subjects, self.callers)

    @cached_property
    def external_mfa(self) -> "ExternalMfaStories | None":
        from shared.composition.openid_provider import make_external_mfa

        return make_external_mfa(self._parts, self._hints(), self._linked_subjects)

    @cached_property
    def provisioning(self) -> "Provisioning":
        from shared.composition.onboarding import make_provisioning

        return make_provisioning(self._parts, self._linked_subjects)

    @cached_property
    def passes(self) -> "Passes":
        from shared.composition.onboarding import make_passes

        return make_passes(self._parts, self.provisioning, self.callers)

    @cached_property
    def groups(self) -> "GroupAdministration":
        from shared.composition.access.groups import make_group_administration

        return make_group_administration(self._parts, self.callers)

    @cached_property
    def memberships(self) -> "Memberships":
        from shared.composition.access.groups import make_memberships

        return make_memberships(self._parts, self.callers)

    @cached_property
    def redeeming(self) -> "Redeeming":
        from shared.composition.onboarding import make_redeeming

        return make_redeeming(self._parts)

    @cached_property
    def unused_accounts(self) -> "UnusedAccounts":
        from shared.composition.onboarding import make_unused_accounts

        return make_unused_accounts(self._parts)
