"""Apache with mod_auth_openidc, as docs/openid/apache.md configures it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.counterparts.apache.installation import APACHE
from tests.counterparts.installation import check_installed
from tests.counterparts.running import running
from tests.fakes.tls import Tls

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
"""


@asynccontextmanager
async def apache(folder: Path, configuration: str, port: int, tls: Tls) -> AsyncIterator[None]:
    check_installed(APACHE)
    modules = APACHE.folder / "usr" / "lib" / "apache2" / "modules"
    loaded = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES]
    server = _SERVER.format(folder=folder, port=port, tls=tls)
    (folder / "apache.conf").write_text("\n".join([*loaded, server, configuration]))
    shutil.copy(tls.authority, folder / "authority.pem")
    command = (APACHE.folder / "usr/sbin/apache2", "-DFOREGROUND", "-f", folder / "apache.conf")
    async with running(
        *command,
        ready="resuming normal operations",
        folder=folder,
        libraries=APACHE.libraries,
    ):
        yield
