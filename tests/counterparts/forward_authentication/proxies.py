"""The four proxies, as docs/forward-authentication.md configures them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from urllib.parse import urlsplit

from tests.counterparts.documents import blocks
from tests.counterparts.forward_authentication import client
from tests.counterparts.forward_authentication.installation import PROXIES
from tests.counterparts.forward_authentication.place import Place
from tests.counterparts.installation import check_installed
from tests.counterparts.nginx import gateway
from tests.counterparts.running import running


class Proxy(Protocol):
    def __call__(self, place: Place) -> AbstractAsyncContextManager[None]: ...


def _configuration(
    place: Place, heading: str, language: str, names: Mapping[str, str]
) -> list[str]:
    login = urlsplit(place.issuer)
    ours = {
        "the-secret-of-this-proxy": place.secret,
        "127.0.0.1:8080": f"127.0.0.1:{place.application_port}",
        "https://login.example.com": place.issuer,
        "login.example.com:443": login.netloc,
        "login.example.com": str(login.hostname),
        "10s": f"{place.patience}s",
    }
    page = "forward-authentication.md"
    shown = blocks(page, language, names, folder="docs", heading=heading)
    for old, new in ours.items():
        shown = [block.replace(old, new) for block in shown]
    return shown


@asynccontextmanager
async def nginx(place: Place) -> AsyncIterator[None]:
    names = {
        "/etc/nginx/touchstone-": f"{place.folder}/touchstone-",
        "listen 443": f"listen {place.port}",
        "/etc/nginx/app.example.com.pem": str(place.tls.certificate),
        "/etc/nginx/app.example.com.key": str(place.tls.key),
        "$touchstone_host app.example.com": f"$touchstone_host {place.host}",
        "app.example.com": place.host_name,
        "/etc/ssl/certs/ca-certificates.crt": str(place.tls.authority),
    }
    ask, guard, site = _configuration(place, "nginx", "nginx", names)
    (place.folder / "touchstone-ask.conf").write_text(ask)
    (place.folder / "touchstone-guard.conf").write_text(guard)
    async with gateway.nginx(place.folder, site):
        yield


@asynccontextmanager
async def envoy(place: Place) -> AsyncIterator[None]:
    login = urlsplit(place.issuer)
    names = {
        "address: 0.0.0.0, port_value: 443": f"address: 127.0.0.1, port_value: {place.port}",
        "/etc/envoy/app.example.com.pem": str(place.tls.certificate),
        "/etc/envoy/app.example.com.key": str(place.tls.key),
        "app.example.com": place.host,
        "/etc/ssl/certs/ca-certificates.crt": str(place.tls.authority),
        "address: login.example.com, port_value: 443": (
            f"address: {login.hostname}, port_value: {login.port}"
        ),
        "port_value: 8080": f"port_value: {place.application_port}",
    }
    (configuration,) = _configuration(place, "Envoy", "yaml", names)
    async with gateway.envoy(place.folder, configuration):
        yield


@asynccontextmanager
async def traefik(place: Place) -> AsyncIterator[None]:
    check_installed(PROXIES)
    names = {
        "/etc/traefik/app.yaml": f"{place.folder}/app.yaml",
        '":443"': f'"127.0.0.1:{place.port}"',
        "/etc/traefik/app.example.com.pem": str(place.tls.certificate),
        "/etc/traefik/app.example.com.key": str(place.tls.key),
        "X-Touchstone-Host: app.example.com": f"X-Touchstone-Host: {place.host}",
        "app.example.com": place.host_name,
    }
    fixed, site = _configuration(place, "Traefik", "yaml", names)
    (place.folder / "traefik.yaml").write_text(f"{fixed}\nlog: {{level: INFO}}\n")
    (place.folder / "app.yaml").write_text(site)
    async with running(
        *("env", f"SSL_CERT_FILE={place.tls.authority}", PROXIES.program("traefik")),
        f"--configFile={place.folder}/traefik.yaml",
        ready="Starting provider \\*file.Provider",
        folder=place.folder,
    ):
        while not await _is_configured(place):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # nothing announces it
        yield


async def _is_configured(place: Place) -> bool:
    """Before Traefik has read the file, it has no certificate for the site."""
    try:
        await client.send(place, "/", host="nowhere.site.test")
    except (OSError, asyncio.IncompleteReadError):
        return False
    return True


@asynccontextmanager
async def caddy(place: Place) -> AsyncIterator[None]:
    check_installed(PROXIES)
    names = {
        "app.example.com {": f"{place.host} {{",
        "/etc/caddy/app.example.com.pem": str(place.tls.certificate),
        "/etc/caddy/app.example.com.key": str(place.tls.key),
    }
    (site,) = _configuration(place, "Caddy", "caddyfile", names)
    options = "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\n"
    (place.folder / "Caddyfile").write_text(options + site)
    async with running(
        *("env", f"SSL_CERT_FILE={place.tls.authority}", f"HOME={place.folder}"),
        *(PROXIES.program("caddy"), "run", "--config", place.folder / "Caddyfile"),
        ready="serving initial configuration",
        folder=place.folder,
    ):
        yield


ALL: Mapping[str, Proxy] = {"nginx": nginx, "traefik": traefik, "envoy": envoy, "caddy": caddy}
