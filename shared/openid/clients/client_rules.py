"""Rules for a client that depend on this deployment. They hold when it is written.

A client in storage is read without them, as settings may have changed since.
"""

from dataclasses import dataclass

from shared.members import Members
from shared.openid.clients import command_line
from shared.openid.clients.client import Client, Federated, Grant
from shared.openid.clients.own_names import OwnNames
from shared.openid.clients.redirect_uris import is_of_the_web
from shared.openid.resources import access_audience


@dataclass(frozen=True, slots=True)
class ClientRules:
    own: OwnNames

    def check(self, members: Members, client: Client) -> None:
        """Refuse a member by its name."""
        if self.own.has(client.id):
            members.refuse("id", "is a name of this service in tokens")
        if client.id == command_line.ID:
            members.refuse("id", "is that of the command line of this service (COMMAND_LINE)")
        access = access_audience(self.own.tokens.issuer)
        for index, resource in enumerate(client.resources):
            if self.own.has(resource) and resource != access:
                members.refuse(f"resources[{index}]", "is an audience of this service's own tokens")
        if Grant.TOKEN_EXCHANGE in client.grants and access not in client.resources:
            members.refuse("grants", f"token exchange needs the resource {access}")
        proof = client.authentication
        if isinstance(proof, Federated) and self.own.is_address(proof.issuer):
            members.refuse("authentication.issuer", "must not be this service")
        longest = self.own.tokens.longest_seconds
        if client.token_lifetime and client.token_lifetime.total_seconds() > longest:
            members.refuse("tokenLifetimeSeconds", f"must be {longest} at most")
        is_of_web = all(map(is_of_the_web, client.redirect_uris))
        if client.first_party and client.is_public and not is_of_web:
            members.refuse(
                "firstParty",
                "needs https redirect URIs, or a secret or key: else any app may take its place",
            )
