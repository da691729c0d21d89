"""What an approval says of a database: where it is, and in which role a person gets in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDatabase:
    host: str
    port: int
    name: str
    role: str

    @property
    def server(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"
