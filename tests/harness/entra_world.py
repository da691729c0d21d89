"""One instance of the service in process, and Entra, which asks it for second factors."""

import json
from collections.abc import Mapping
from typing import Any

from shared.accounts.records import CredentialRecord
from shared.json_shape import Shape
from shared.openid.external_mfa.answer import Answer
from shared.openid.external_mfa.discovery import discovery_document
from shared.openid_provider.external_mfa.confirming import Begun
from shared.openid_provider.external_mfa.stories import ExternalMfaStories
from shared.principals import subject_key
from shared.relying_party.callers.client import Client
from shared.webauthn.responses import read_authentication_response
from tests.fakes.entra import (
    CLIENT_ID,
    OBJECT_ID,
    TENANT,
    UNCHANGED,
    Asked,
    Entra,
    Json,
)
from tests.harness.service_harness import CLIENT, ORIGIN, ServiceHarness
from tests.no_event import NO_EVENT

SETTING = {"clientId": CLIENT_ID, "tenants": [TENANT]}
ISSUER = f"{ORIGIN}/entra"
SUBJECT_KEY = subject_key(ISSUER, f"{TENANT}/{OBJECT_ID}")


class EntraWorld:
    """One instance of the service, and Entra, at the same time of day."""

    def __init__(self, party: ServiceHarness, **setting: object) -> None:
        self.party = party.restarted(EXTERNAL_MFA=json.dumps(SETTING | setting))
        self.entra = Entra(now=self.party.clock.now)

    @property
    def stories(self) -> ExternalMfaStories:
        stories = self.party.service.external_mfa
        assert stories is not None
        return stories

    async def link(self, owner: CredentialRecord) -> None:
        added = await self.party.stores.links.add(SUBJECT_KEY, owner.user_handle, event=NO_EVENT)
        assert added

    async def ask(self, changed: Mapping[str, str | None] = UNCHANGED) -> str:
        asked = await self.stories.ask(self.entra.form(changed))
        assert isinstance(asked, str)
        return asked

    async def refuses(self, changed: Mapping[str, str | None]) -> Mapping[str, str]:
        answer = await self.stories.ask(self.entra.form(changed))
        assert isinstance(answer, Answer)
        assert answer.action == self.entra.redirect_uri
        return answer.fields

    async def begin(self, request: str, *, linking: bool = False, client: Client = CLIENT) -> Begun:
        return await self.stories.confirming.begin(request, linking=linking, client=client)

    async def options(self, request: str, *, linking: bool = False) -> Json:
        begun = await self.begin(request, linking=linking)
        assert begun.options is not None
        return begun.options.options

    async def finish(
        self,
        request: str,
        credential: Mapping[str, Any],
        *,
        linking: bool = False,
        client: Client = CLIENT,
    ) -> Answer:
        response = read_authentication_response(Shape(credential))
        return await self.stories.confirming.finish(
            request, response, linking=linking, client=client
        )

    async def judge(self, answer: Answer, asked: Asked | None = None) -> Json:
        keys = await self.party.keys.published_keys()
        return self.entra.judge(
            answer.fields,
            asked or self.entra.ask(),
            discovery_url=f"{ISSUER}/.well-known/openid-configuration",
            metadata=discovery_document(self.stories.configuration),
            key_set={"keys": [key.public_jwk() for key in keys]},
            headers={"Content-Length": "1"},
        )
