"""An application of .NET before the service: it finds each endpoint by the metadata, as all of them
do, and checks what its library was seen to check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
import jwt

from shared.openid.tokens.id_token import hash_of
from tests.blueprints.openid.dotnet.recorded import SKU
from tests.blueprints.openid.test_authorizing import Form, policy
from tests.blueprints.openid.web import Browser, Web, body_of, request_in
from tests.harness.service_harness import ORIGIN

METADATA = "/.well-known/openid-configuration"


@dataclass
class Application:
    web: Web
    browser: Browser

    async def metadata(self) -> dict[str, Any]:
        return body_of(await self.web.send("GET", METADATA))

    async def path(self, endpoint: str) -> str:
        return str((await self.metadata())[endpoint]).removeprefix(ORIGIN)

    async def post(
        self, endpoint: str, form: Mapping[str, str], *, query: str = "", **headers: str
    ) -> func.HttpResponse:
        return await self.web.post(await self.path(endpoint) + query, form, **headers)

    async def push(self, form: Mapping[str, str], **headers: str) -> dict[str, str]:
        """What the browser then brings."""
        response = await self.post("pushed_authorization_request_endpoint", form, **headers)
        assert response.status_code == 201, response.get_body()
        brought = {"client_id": form.get("client_id", "")}
        return brought | {"request_uri": body_of(response)["request_uri"], **SKU}

    async def answer(
        self, brought: Mapping[str, str], *, signs_in: bool = False, **decision: bool
    ) -> tuple[str, dict[str, str]]:
        """Where the browser goes in the end, and with which parameters."""
        sealed = request_in(await self.browser.open(brought))
        if signs_in:
            self.browser.party.clock.advance(seconds=1)
            await self.browser.sign_in()
        found = await self.browser.step(sealed, **decision)
        if "location" in found:
            address = urlsplit(str(found["location"]))
            return address._replace(query="").geturl(), dict(parse_qsl(address.query))
        shown = {"answer": found["answer"]}
        page = await self.web.post("/authorize/answer", shown, Origin=ORIGIN)
        form = Form(page)
        to = urlsplit(form.action)
        assert policy(page)["form-action"] == f"{to.scheme}://{to.netloc}"  # its port, too
        return form.action, form.fields

    async def tokens(
        self, form: Mapping[str, str], *, query: str = "", **headers: str
    ) -> dict[str, Any]:
        response = await self.post("token_endpoint", form, query=query, **headers)
        assert response.status_code == 200, response.get_body()
        return body_of(response)

    async def verify(self, answer: Mapping[str, Any], *, client_id: str, nonce: str | None) -> Any:  # noqa: ANN401
        """As ASP.NET Core does, which is stricter than the others but for OpenIddict's `iss`.
        Return the claims of the ID token."""
        assert answer.keys() >= {"access_token", "id_token", "token_type", "expires_in"}
        document = await self.metadata()
        keys = jwt.PyJWKSet.from_dict(
            body_of(await self.web.send("GET", await self.path("jwks_uri")))
        )
        id_token = answer["id_token"]
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        claims = jwt.decode(
            id_token,
            key.key,
            algorithms=document["id_token_signing_alg_values_supported"],
            issuer=document["issuer"],
            audience=client_id,
            options={"require": ["sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
        )
        assert claims["aud"] == client_id
        assert claims.get("azp", client_id) == client_id
        assert claims.get("nonce") == nonce
        assert claims["at_hash"] == hash_of(answer["access_token"])
        return claims
