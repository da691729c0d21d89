"""Where a proxy is, what it guards, and which service it asks."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.counterparts.ports import free_port
from tests.fakes.tls import Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    host_name: str
    port: int = field(default_factory=free_port)
    application_port: int
    issuer: str
    secret: str
    tls: Tls
    folder: Path
    patience: int = 10
    """For how many seconds the proxy waits for an answer of the service."""

    @property
    def host(self) -> str:
        return f"{self.host_name}:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.host}"
