"""All stories of the service. Each is put together when it is first asked for, and its modules are
loaded then: most instances soon need few of them, and to load all takes a third of a cold start.

So every import of a story is put off here, in this class and in those that it extends.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.certificates import CertificateStories
from shared.keys.current_keys import CurrentKeys
from shared.recording.limit_events import LimitEvents

if TYPE_CHECKING:
    from shared.access_broker.web.checking import Checking
    from shared.access_broker.web.entering import Entering
    from shared.access_broker.web.leaving import Leaving
    from shared.openid_provider.client_administration import ClientAdministration
    from shared.openid_provider.secret_administration import SecretAdministration
    from shared.operators.first_administrator import FirstAdministrator
    from shared.operators.operator_access import OperatorAccess
    from shared.operators.tables_export import TablesExport
    from shared.relying_party.passkeys.account_lookup import AccountLookup
    from shared.relying_party.passkeys.authentication import Authentication
    from shared.relying_party.passkeys.begin_authentication import BeginAuthentication
    from shared.relying_party.passkeys.credentials import Credentials
    from shared.relying_party.passkeys.registration import Registration
    from shared.relying_party.readiness import Readiness
    from shared.relying_party.sweeping import Sweeping


class Service(CertificateStories):
    @property
    def keys(self) -> CurrentKeys:
        return self._parts.keys

    @property
    def limit_events(self) -> LimitEvents:
        return self._parts.limit_events

    @cached_property
    def begin_authentication(self) -> "BeginAuthentication":
        from shared.composition.begin_authentication import make_begin_authentication

        return make_begin_authentication(self._parts)

    @cached_property
    def authentication(self) -> "Authentication":
        from shared.composition.passkeys import make_authentication

        return make_authentication(self._parts, self.token_issuer)

    @cached_property
    def registration(self) -> "Registration":
        from shared.composition.passkeys import make_registration

        return make_registration(self._parts, self.provisioning, self.callers, self._authorities)

    @cached_property
    def credentials(self) -> "Credentials":
        from shared.composition.passkeys import make_credentials

        return make_credentials(self._parts, self.sessions, self.callers)

    @cached_property
    def page_checking(self) -> "Checking":
        from shared.composition.access.web import make_checking

        return make_checking(self._parts, self.sites)

    @cached_property
    def page_entering(self) -> "Entering":
        from shared.composition.access.web import make_entering

        return make_entering(self._parts, self.page_checking, self._code_claims)

    @cached_property
    def page_leaving(self) -> "Leaving":
        from shared.composition.access.web import make_leaving

        return make_leaving(self.page_checking, self.sessions)

    @cached_property
    def account_lookup(self) -> "AccountLookup":
        from shared.composition.passkeys import make_account_lookup

        return make_account_lookup(self._parts, self.callers)

    @cached_property
    def clients(self) -> "ClientAdministration":
        from shared.composition.openid_provider import make_client_administration

        return make_client_administration(self._parts, self.callers)

    @cached_property
    def client_secrets(self) -> "SecretAdministration":
        from shared.composition.openid_provider import make_secret_administration

        return make_secret_administration(self._parts, self.clients)

    @cached_property
    def _operator_access(self) -> "OperatorAccess":
        from shared.composition.operators import make_operator_access

        return make_operator_access(self._parts, self._operator_secrets())

    @cached_property
    def first_administrator(self) -> "FirstAdministrator":
        from shared.operators.first_administrator import FirstAdministrator

        return FirstAdministrator(self._operator_access, self.passes)

    @cached_property
    def tables_export(self) -> "TablesExport":
        from shared.composition.operators import make_tables_export

        return make_tables_export(self._parts, self._operator_access)

    @cached_property
    def readiness(self) -> "Readiness":
        from shared.composition.maintenance import make_readiness

        return make_readiness(self._parts)

    @cached_property
    def sweeping(self) -> "Sweeping":
        from shared.composition.maintenance import make_sweeping

        return make_sweeping(self._parts, self.stray_sessions, self.unused_accounts)
