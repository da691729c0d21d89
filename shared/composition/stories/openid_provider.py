"""Stories of clients that people sign in to."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.openid_clients import ClientStories

if TYPE_CHECKING:
    from shared.access_broker.databases.scopes import DatabaseScopes
    from shared.access_broker.profiles.directory import ProfileDirectory
    from shared.composition.openid.code_flow import ProviderParts
    from shared.delivery import Delivery
    from shared.openid.clients.client import Client
    from shared.openid_provider.applications.own_applications import OwnApplications
    from shared.openid_provider.authorization.answer_forms import AnswerForms
    from shared.openid_provider.authorization.authorizing import Authorizing
    from shared.openid_provider.authorization.consenting import Consenting
    from shared.openid_provider.authorization.continuing import Continuing
    from shared.openid_provider.authorization.pushed_requests import PushedRequests
    from shared.openid_provider.logout.courier import ToldClient
    from shared.openid_provider.logout.signing_out import SigningOut
    from shared.openid_provider.tokens.client_access import ClientAccess
    from shared.openid_provider.tokens.code_claims import CodeClaims
    from shared.openid_provider.tokens.introspection import ClientIntrospection
    from shared.openid_provider.tokens.live_grants import LiveGrants
    from shared.openid_provider.tokens.profiles import Profiles
    from shared.openid_provider.tokens.redeeming import CodeRedemption
    from shared.openid_provider.tokens.refreshing import ClientRefreshing
    from shared.openid_provider.tokens.revocation import ClientRevocation
    from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer
    from shared.sessions.logout_notice import LogoutNotice


class ProviderStories(ClientStories):
    @cached_property
    def _provider(self) -> "ProviderParts":
        from shared.composition.openid.code_flow import ProviderParts

        return ProviderParts(
            parts=self._parts,
            clients=self.client_directory,
            sessions=self.sessions,
            refreshing=self.refreshing,
            profile_scopes=self.profile_scopes,
        )

    @cached_property
    def profile_directory(self) -> "ProfileDirectory":
        from shared.composition.access.profiles import make_profile_directory

        return make_profile_directory(self._parts)

    @cached_property
    def profile_scopes(self) -> "DatabaseScopes":
        from shared.access_broker.databases.scopes import DatabaseScopes

        return DatabaseScopes(self.profile_directory)

    @cached_property
    def pushed_requests(self) -> "PushedRequests":
        from shared.composition.openid.code_flow import make_pushed_requests

        return make_pushed_requests(self._provider)

    @cached_property
    def authorizing(self) -> "Authorizing":
        from shared.composition.openid.code_flow import make_authorizing

        return make_authorizing(self._provider, self.pushed_requests)

    @cached_property
    def consenting(self) -> "Consenting":
        from shared.composition.openid.code_flow import make_consenting

        return make_consenting(self._provider)

    @cached_property
    def own_applications(self) -> "OwnApplications":
        from shared.composition.openid.applications import (
            make_access_ending,
            make_own_applications,
        )

        ending = make_access_ending(self._provider, self._client_access)
        find_registered = self._find_without_requests
        return make_own_applications(self._provider, ending, self.callers, find_registered)

    async def _find_without_requests(self, client_id: str) -> "Client | None":
        """Of no client that a document describes."""
        found = await self.registered_clients.find(client_id)
        return found or await self.sites.find_client(client_id)

    @cached_property
    def continuing(self) -> "Continuing":
        from shared.composition.openid.code_flow import make_continuing

        return make_continuing(self._provider, self.consenting)

    @cached_property
    def answer_forms(self) -> "AnswerForms":
        from shared.composition.openid.code_flow import make_answer_forms

        return make_answer_forms(self._provider)

    @cached_property
    def code_redemption(self) -> "CodeRedemption":
        from shared.composition.openid.code_flow import make_code_redemption

        return make_code_redemption(self._provider, self._code_claims, self._client_token_issuer)

    @cached_property
    def _code_claims(self) -> "CodeClaims":
        from shared.composition.openid.codes import make_code_claims

        return make_code_claims(self._provider, self._client_access)

    @cached_property
    def client_refreshing(self) -> "ClientRefreshing":
        from shared.composition.openid.code_flow import make_client_refreshing

        return make_client_refreshing(self._provider, self._client_token_issuer)

    @cached_property
    def signing_out(self) -> "SigningOut":
        from shared.composition.openid.logout import make_signing_out

        return make_signing_out(self._provider, self.registered_clients)

    @cached_property
    def logout_delivery(self) -> "Delivery[LogoutNotice, ToldClient]":
        from shared.composition.openid.logout import make_logout_delivery

        return make_logout_delivery(self._parts, self.registered_clients, self._fetching)

    @cached_property
    def profiles(self) -> "Profiles":
        from shared.composition.openid.code_flow import make_profiles

        return make_profiles(self._provider, self._live_grants)

    @cached_property
    def client_introspection(self) -> "ClientIntrospection":
        from shared.composition.openid.code_flow import make_client_introspection

        return make_client_introspection(self._live_grants)

    @cached_property
    def client_revocation(self) -> "ClientRevocation":
        from shared.composition.openid.code_flow import make_client_revocation

        return make_client_revocation(self._provider, self._client_access, self._live_grants)

    @cached_property
    def _client_access(self) -> "ClientAccess":
        from shared.composition.openid.code_flow import make_client_access

        return make_client_access(self._provider)

    @cached_property
    def _client_token_issuer(self) -> "ClientTokenIssuer":
        from shared.composition.openid.code_flow import make_client_token_issuer

        return make_client_token_issuer(self._provider)

    @cached_property
    def _live_grants(self) -> "LiveGrants":
        from shared.composition.openid.code_flow import make_live_grants

        return make_live_grants(self._provider)
