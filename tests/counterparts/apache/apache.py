"""Apache with mod_auth_openidc, as docs/openid/apache.md configures it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devhost.process import Child
from tests.counterparts.apache.installation import APACHE
from tests.counterparts.installation import check_installed
from tests.fakes.tls import Tls

_MODULES = (
    "mpm_event",
    "authn_core",
    "authz_core",
    "authz_user",
    "ssl",
    "proxy",
    "proxy_http",
    "auth_openidc",
)
_SERVER = """
ServerRoot {folder}
ServerName {host}
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
async def apache(
    folder: Path, configuration: str, *, host: str, port: int, tls: Tls
) -> AsyncIterator[Child]:
    check_installed(APACHE)
    modules = APACHE.folder / "usr" / "lib" / "apache2" / "modules"
    loaded = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES]
    server = _SERVER.format(folder=folder, host=host, port=port, tls=tls)
    (folder / "apache.conf").write_text("\n".join([*loaded, server, configuration]))
    shutil.copy(tls.authority, folder / "authority.pem")
    command = (APACHE.folder / "usr/sbin/apache2", "-DFOREGROUND", "-f", folder / "apache.conf")
    environment = os.environ | {"LD_LIBRARY_PATH": APACHE.libraries}
    child = Child(list(map(str, command)), environment=environment, directory=folder)
    try:
        await asyncio.to_thread(child.wait_for, "resuming normal operations")
        yield child
    finally:
        await asyncio.to_thread(child.stop)
        print(child.output)  # pytest shows it if a test fails
