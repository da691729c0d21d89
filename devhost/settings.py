"""App settings: the environment over local.settings.json over local.settings.json.example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devhost.errors import InvalidConfiguration

DEFAULT_PORT = 7071
# In the example these are the address of this host, so they must follow its port.
_OWN_ADDRESS = ("RP_ORIGINS", "ISSUER")
_TABLES = ("TABLES_CONNECTION_STRING", "TABLES_ENDPOINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    chosen: Mapping[str, str]
    """From the environment and local.settings.json."""
    assumed: Mapping[str, str]
    """From local.settings.json.example, whether or not another value was chosen."""

    @property
    def names_a_table_storage(self) -> bool:
        return any(self.chosen.get(name) for name in _TABLES)

    def values(self, *, port: int) -> dict[str, str]:
        """All settings, for a host at that port."""
        own = {
            name: self.assumed[name].replace(f":{DEFAULT_PORT}", f":{port}")
            for name in _OWN_ADDRESS
            if name in self.assumed
        }
        return {**self.assumed, **own, **self.chosen}


def load_settings(app_dir: Path, environment: Mapping[str, str]) -> Settings:
    return Settings(
        chosen={**_read_values(app_dir / "local.settings.json"), **environment},
        assumed=_read_values(app_dir / "local.settings.json.example"),
    )


def _read_values(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidConfiguration(f"{path} is not valid JSON: {error}") from error
    values = content.get("Values", {}) if isinstance(content, dict) else None
    if not isinstance(values, dict):
        raise InvalidConfiguration(f"{path} has no object of settings under Values")
    wrong = next((name for name, value in values.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise InvalidConfiguration(f"{path}: the value of {wrong} is not a string")
    return values
