"""The service behind its routes, in process, and a person's browser before it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import azure.functions as func

from shared.functions import add_functions, find_function
from shared.functions.table import FUNCTIONS
from shared.handling.endpoint import Endpoint
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import REDIRECT_URI
from tests.openid.authorization.requesting import PARAMETERS, VERIFIER

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

type Pairs = Sequence[tuple[str, str]] | Mapping[str, str]

add_functions(func.FunctionApp())  # as the app does, so that the service knows its paths


def _routes() -> Iterator[tuple[str, str, Endpoint]]:
    for module, functions in FUNCTIONS.items():
        for name, answered in functions.items():
            method, path = answered.split()
            yield method, path, find_function(module, name)


@dataclass
class Web:
    """Strangers, clients and browsers all send their requests through it."""

    routes: list[tuple[str, str, Endpoint]] = field(default_factory=lambda: list(_routes()))

    async def send(
        self, method: str, path: str, body: bytes = b"", /, **headers: str
    ) -> func.HttpResponse:
        trace: Any = SimpleNamespace(trace_parent=None)
        context: Any = SimpleNamespace(invocation_id="0" * 32, trace_context=trace)
        endpoint, in_path = self._find(method, urlsplit(path).path)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        req = func.HttpRequest(
            method,
            ORIGIN + path,
            headers=named,
            body=body,
            params=dict(parse_qsl(urlsplit(path).query)),
            route_params=in_path,
        )
        return await endpoint(req, context)

    async def post(self, path: str, members: Pairs, **headers: str) -> func.HttpResponse:
        body = urlencode(members).encode()
        return await self.send("POST", path, body, Content_Type=FORM, **headers)

    def _find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        for offered, route, endpoint in self.routes:
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route)
            if offered == method and (found := re.fullmatch("/" + pattern, path)):
                return endpoint, found.groupdict()
        raise AssertionError(f"no function answers {method} {path}")


class Browser:
    """It keeps our cookies, and says what browsers say of a page of ours."""

    def __init__(self, web: Web, party: ServiceHarness, key: SoftAuthenticator) -> None:
        self.web, self.party, self.key = web, party, key
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    async def sign_in(self) -> None:
        assertion = self.key.get(await self.party.begin_authentication())
        response = await self.send_json(
            "/authenticate/finish", {"credential": assertion, "cookies": True}
        )
        self.csrf = body_of(response)["csrfToken"]
        for line in response.headers.get_all("Set-Cookie"):
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}

    async def open(self, parameters: Pairs, **headers: str) -> func.HttpResponse:
        """From another site: our cookies, which are strict, do not come along."""
        return await self.web.send("GET", f"/authorize?{urlencode(parameters)}", **headers)

    async def brings(self, **changes: str | None) -> str:
        """The sealed request, in the fragment of our page's address."""
        return request_in(await self.open(parameters(**changes)))

    async def step(self, sealed: str, **decision: bool) -> dict[str, Any]:
        return body_of(await self.send_step({"request": sealed, **decision}))

    async def send_step(self, body: dict[str, Any], **headers: str) -> func.HttpResponse:
        return await self.send_json("/authorize/step", body, **headers)

    async def send_json(self, path: str, body: dict[str, Any], **headers: str) -> func.HttpResponse:
        sent = {"Origin": ORIGIN, "Content-Type": JSON, **headers}
        if self.cookies:
            sent = {"Cookie": self._jar(), "X-CSRF-Token": self.csrf, **sent}
        return await self.web.send("POST", path, json.dumps(body).encode(), **sent)

    async def is_signed_in(self) -> bool:
        response = await self.web.send("GET", "/me", Cookie=self._jar())
        return bool(response.status_code == 200)

    def _jar(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def code(self, **changes: str | None) -> str:
        """The code with which the client gets this person's tokens."""
        found = await self.step(await self.brings(**changes))
        return dict(parse_qsl(urlsplit(str(found["location"])).query))["code"]


def parameters(**changes: str | None) -> dict[str, str]:
    return {name: value for name, value in (PARAMETERS | changes).items() if value is not None}


def redemption(code: str, /, **changes: str | None) -> dict[str, str]:
    """The form with which a public client redeems a code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": "app",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def request_in(response: func.HttpResponse) -> str:
    assert response.status_code == 303, response.get_body()
    path, _, sealed = str(response.headers["Location"]).partition("#request=")
    assert path.partition("?")[0] == "/sign-in"
    return sealed


def body_of(response: func.HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.get_body())
    return found
