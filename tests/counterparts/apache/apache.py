"""Apache with mod_auth_openidc, as docs/openid/apache.md configures it."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.counterparts.clock import Clock
from tests.counterparts.documents import blocks
from tests.counterparts.installation import DebianPackages, check_installed
from tests.counterparts.running import running
from tests.counterparts.service import Service
from tests.counterparts.site import Site

PAGE = "apache.md"

_MODULES = (
    "mpm_event",
    "authn_core",
    "authz_core",
    "authz_user",
    "lua",
    "ssl",
    "proxy",
    "proxy_http",
    "auth_openidc",
)
_SERVER = """
ServerRoot {folder}
ServerName app.localhost
PidFile {folder}/pid
Listen {port}
ErrorLog /dev/stderr
LogLevel info
User nobody
Group nogroup
SSLEngine on
SSLCertificateFile {tls.certificate}
SSLCertificateKeyFile {tls.key}
OIDCCABundlePath {folder}/authority.pem
OIDCPassUserInfoAs claims json
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apache:
    packages: DebianPackages
    folder: Path
    """For its files. Whom Apache becomes can read it."""
    service: Service
    site: Site

    @asynccontextmanager
    async def serving(self, *extra: str, clock: Clock) -> AsyncIterator[None]:
        """With files named by the documentation that are in the folder already."""
        check_installed(self.packages)
        (rule,) = blocks(PAGE, "lua", {"os.time()": clock.in_lua})
        self.write("fresh.lua", rule)
        self.write("passphrase", "a passphrase of this test")
        self.write("authority.pem", self.service.tls.authority.read_text())
        self.write("apache.conf", "\n".join([*self._server(), *extra]))
        options = ("-DFOREGROUND", "-f", self.folder / "apache.conf")
        async with running(
            *self.packages.command("usr/sbin/apache2"),
            *options,
            ready="resuming normal operations",
            folder=self.folder,
        ):
            yield

    def configurations(self) -> list[str]:
        """Of the documentation: the site, the rule for one path, the keys instead of a secret."""
        names = {
            "https://login.example.com": self.service.issuer,
            "https://app.example.com": self.site.url,
            "/etc/apache2/openid": str(self.folder),
            "http://127.0.0.1:8080": f"http://127.0.0.1:{self.site.application.port}",
            "claim preferred_username:alice": f"claim preferred_username:{self.site.allowed}",
        }
        return blocks(PAGE, "apache", names)

    def clients(self) -> list[dict[str, Any]]:
        """Of the documentation: with a secret, and with keys."""
        found = blocks(PAGE, "json", {"https://app.example.com": self.site.url})
        return list(map(json.loads, found))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def _server(self) -> Iterator[str]:
        modules = self.packages.folder / "usr/lib/apache2/modules"
        yield from (f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES)
        yield _SERVER.format(folder=self.folder, port=self.site.port, tls=self.service.tls)
