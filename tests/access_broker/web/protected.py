"""Protected sites, their proxy, and a person's browser there, all at the service's routes."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import azure.functions as func

from shared.access.web import journey, visit
from shared.blueprints.access.page_check import page_check
from tests.blueprints.openid.web import Browser, Web, request_in
from tests.harness.service_harness import ORIGIN

SECRET = "the proxy's secret"
WIKI, SHOP = "wiki.example.com", "shop.example.com"

type Json = dict[str, Any]


def page(name: str, /, host: str = WIKI, prefix: str = "/", **members: object) -> Json:
    parameters = {"host": host, "pathPrefix": prefix, **_parameters(members)}
    document = {"name": name, "title": f"The {name}", "kind": "web", "parameters": parameters}
    return document | {"who": {"users": ["alice"]}} | members


def _parameters(members: dict[str, object]) -> Json:
    return {name: members.pop(name) for name in ("methods", "preflights") if name in members}


PROFILES = [
    page("wiki"),
    page("wiki-admin", prefix="/admin", demands={"gestureAgeSeconds": 300}),
    page("bobs", prefix="/bob", who={"users": ["bob"]}),
    page("groups", prefix="/dba", who={"groups": ["dba"]}),
    page("hardware", prefix="/hardware", demands={"attested": True}),
    page(
        "closed",
        prefix="/closed",
        windows=[{"days": ["sun"], "from": "01:00", "to": "01:05", "timeZone": "UTC"}],
    ),
    page("api", prefix="/api", methods=["GET", "POST"], preflights=True),
    page("api-removal", prefix="/api", methods=["DELETE"], who={"users": ["bob"]}),
    page("any-method", prefix="/any", preflights=True),
    page("form", prefix="/form", methods=["GET"]),
    page("form-sent", prefix="/form", methods=["POST"], demands={"gestureAgeSeconds": 300}),
    page(
        "form-removal",
        prefix="/form",
        methods=["DELETE"],
        who={"users": ["bob"]},
        demands={"gestureAgeSeconds": 60},
    ),
    page("shop", SHOP),
    page("local", "site.localhost:8080"),
]
SETTINGS = {
    "ACCESS_PROFILES": json.dumps(PROFILES),
    "PROXY_SECRETS": sha256(SECRET.encode()).hexdigest(),
    "ACCESS_TOKEN_SECONDS": "3600",  # so that no page has to refresh its own
}


@dataclass
class Proxy:
    web: Web

    async def ask(
        self,
        target: str = "/",
        *,
        method: str = "GET",
        host: str = WIKI,
        **headers: str,
    ) -> func.HttpResponse:
        """As nginx, Traefik and Caddy do."""
        said = {
            "X-Touchstone-Host": host,
            "X-Forwarded-Method": method,
            "X-Forwarded-Uri": target,
        }
        return await self.check("/verify", **said, **_named(headers))

    async def ask_as_envoy(
        self, target: str = "/", *, method: str = "GET", host: str = WIKI, **headers: str
    ) -> func.HttpResponse:
        """As Envoy can."""
        said = {"X-Touchstone-Host": host, **_named(headers)}
        return await self.check(f"/verify{target}", method=method, **said)

    async def check(
        self, target: str, *, method: str = "GET", secret: str | None = SECRET, **headers: str
    ) -> func.HttpResponse:
        trace: Any = SimpleNamespace(trace_parent=None)
        context: Any = SimpleNamespace(invocation_id="0" * 32, trace_context=trace)
        proof = {} if secret is None else {"X-Touchstone-Proxy": secret}
        req = func.HttpRequest(
            method, ORIGIN + target, headers={"Host": "t", **proof, **headers}, body=b""
        )
        return await page_check(req, context)

    async def hand_over(
        self, path: str, *, method: str = "GET", host: str = WIKI, **headers: str
    ) -> func.HttpResponse:
        said = {"X-Touchstone-Host": host}
        proof = {"X-Touchstone-Proxy": SECRET}
        return await self.web.send(method, path, b"", **{**said, **proof, **_named(headers)})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Guest:
    """A person's browser. It keeps the cookies of each site."""

    browser: Browser
    proxy: Proxy
    jars: dict[str, dict[str, str]] = field(default_factory=dict)
    gestures: int = 0
    """Those that a sign-in at a site asked for."""

    async def open(self, target: str = "/", *, host: str = WIKI, **more: str) -> func.HttpResponse:
        return await self.proxy.ask(target, host=host, Cookie=self.jar(host), **more)

    def jar(self, host: str) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.jars.get(host, {}).items())

    async def start(self, target: str = "/", *, host: str = WIKI, **more: str) -> func.HttpResponse:
        query = urlencode({"to": target, **more})
        return await self.at(f"/.touchstone/start?{query}", host=host)

    async def at(
        self, path: str, *, method: str = "GET", host: str = WIKI, **headers: str
    ) -> func.HttpResponse:
        response = await self.proxy.hand_over(
            path, method=method, host=host, Cookie=self.jar(host), **headers
        )
        self.keep(response, host)
        return response

    def keep(self, response: func.HttpResponse, host: str) -> None:
        for line in response.headers.get_all("Set-Cookie"):
            for name, each in SimpleCookie(line).items():
                self.jars.setdefault(host, {})[name] = each.value

    async def way_back(self, started: func.HttpResponse) -> str:
        """The path, at the site, to which our sign-in page sends the browser. Whoever is asked for
        a new gesture makes it."""
        sealed = request_in(await self.browser.web.send("GET", _path(started)))
        found = await self.browser.step(sealed)
        if found["step"] == "new-gesture":
            await self.browser.sign_in()
            self.gestures += 1
            found = await self.browser.step(sealed)
        location = urlsplit(str(found["location"]))
        return f"{location.path}?{location.query}"

    async def enter(self, target: str = "/", *, host: str = WIKI) -> func.HttpResponse:
        started = await self.start(target, host=host)
        return await self.at(await self.way_back(started), host=host)

    @property
    def cookie(self) -> str:
        return self.jars[WIKI][visit.COOKIE]

    @property
    def verifier(self) -> str:
        return self.jars[WIKI][journey.COOKIE]


def _path(response: func.HttpResponse) -> str:
    """Of our own address."""
    location = str(response.headers["Location"])
    assert response.status_code == 303
    assert location.startswith(f"{ORIGIN}/authorize?")
    return location.removeprefix(ORIGIN)


def query_of(response: func.HttpResponse) -> dict[str, str]:
    """Of the address that it leads to."""
    parsed = parse_qs(urlsplit(str(response.headers["Location"])).query)
    return {name: values[0] for name, values in parsed.items()}


def problem_of(response: func.HttpResponse) -> str:
    found: str = json.loads(response.get_body())["type"]
    return found.partition("#")[2]
