"""The part of host.json that this host supports."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.errors import InvalidConfiguration


@dataclass(frozen=True, slots=True, kw_only=True)
class HostJson:
    route_prefix: str = "api"
    custom_headers: dict[str, str] = field(default_factory=dict)


def read_host_json(app_dir: Path) -> HostJson:
    path = app_dir / "host.json"
    if not path.exists():
        return HostJson()
    http = _read_object(path).get("extensions", {}).get("http", {})
    return HostJson(
        route_prefix=http.get("routePrefix", "api").strip("/"),
        custom_headers=http.get("customHeaders", {}),
    )


def _read_object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidConfiguration(f"{path} is not valid JSON: {error}") from error
    if not isinstance(content, dict):
        raise InvalidConfiguration(f"{path} is not a JSON object")
    return content
