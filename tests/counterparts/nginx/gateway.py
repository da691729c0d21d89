"""nginx and Envoy behind it, as docs/openid/nginx.md configures them."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.counterparts.installation import check_installed
from tests.counterparts.nginx.installation import ENVOY, NGINX
from tests.counterparts.running import running

_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@asynccontextmanager
async def nginx(folder: Path, site: str) -> AsyncIterator[None]:
    check_installed(NGINX)
    lines = [
        "daemon off;",
        # Who becomes another user could not write what clients upload into the folder.
        f"user {getpass.getuser()};",
        f"pid {folder}/nginx.pid;",
        "error_log stderr notice;",
        "events {}",
        "http {",
        "access_log off;",
        *(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY),
        site,
        "}",
    ]
    (folder / "nginx.conf").write_text("\n".join(lines))
    options = ("-p", folder, "-c", folder / "nginx.conf", "-e", "stderr")
    async with running(
        *NGINX.command("usr/sbin/nginx"),
        *options,
        ready="start worker processes",
        folder=folder,
    ):
        yield


@asynccontextmanager
async def envoy(folder: Path, configuration: str) -> AsyncIterator[None]:
    check_installed(ENVOY)
    (binary,) = ENVOY.folder.glob("lib/python3*/site-packages/envoy/_bin/envoy")
    (folder / "envoy.yaml").write_text(configuration)
    options = ("--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
    command = (binary, *options, "--component-log-level", "main:info")
    async with running(
        *command,
        "--config-path",
        folder / "envoy.yaml",
        ready="starting main dispatch loop",
        folder=folder,
    ):
        yield
