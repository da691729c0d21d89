"""One function as the host knows it from its bindings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionEntry:
    name: str
    function_id: str
    trigger: str
    """As in the binding: "httpTrigger", "timerTrigger"."""
    argument: str
    """The parameter that receives the trigger."""
    route: str = ""
    """Without the routePrefix of host.json."""
    methods: frozenset[str] = frozenset()
    """Empty means every method."""
    auth_level: str = ""
    """"anonymous", "function" or "admin"; empty unless the trigger is HTTP."""
    schedule: str = ""
    """As written, so possibly "%SETTING%"; empty unless the trigger is a timer."""
    run_on_startup: bool = False


def is_disabled(entry: FunctionEntry, settings: Mapping[str, str]) -> bool:
    """Whether the function ignores its trigger
    (https://learn.microsoft.com/azure/azure-functions/disable-function). A disabled timer can still
    be run by hand."""
    return settings.get(f"AzureWebJobs.{entry.name}.Disabled", "").lower() in {"true", "1"}


def read_entry(*, name: str, function_id: str, raw_bindings: Iterable[str]) -> FunctionEntry:
    bindings: list[dict[str, Any]] = [json.loads(binding) for binding in raw_bindings]
    trigger = next(binding for binding in bindings if binding["type"].endswith("Trigger"))
    is_http = trigger["type"] == "httpTrigger"
    return FunctionEntry(
        name=name,
        function_id=function_id,
        trigger=trigger["type"],
        argument=trigger["name"],
        route=(trigger.get("route") or name) if is_http else "",
        methods=frozenset(method.upper() for method in trigger.get("methods") or ()),
        # A function that declares no level needs a key, as in Azure.
        auth_level=trigger.get("authLevel", "FUNCTION").lower() if is_http else "",
        schedule=trigger.get("schedule", ""),
        run_on_startup=trigger.get("runOnStartup", False),
    )
