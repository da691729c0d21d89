"""Drives azure-functions-runtime, the library that runs Python functions in Azure.

It is called through its entry point without protobuf, which is internal and differs between
versions: requirements-dev.txt pins the version.
"""

from __future__ import annotations

import functools
import json
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from azure_functions_runtime import (
    handle_event,
    start_threadpool_executor,
    stop_threadpool_executor,
)
from azure_functions_runtime.bindings import meta
from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.native_invocation import invocation_request_native
from azure_functions_runtime.otel import (
    initialize_azure_monitor,
    otel_manager,
    update_opentelemetry_status,
)
from azure_functions_runtime.utils.app_setting_manager import is_envvar_true

from devhost.activity import Activity
from devhost.errors import CannotStart
from devhost.functions import FunctionEntry, read_entry

__all__ = [
    "Datum",
    "Outcome",
    "configure_telemetry",
    "index",
    "invoke",
    "start",
    "stop",
    "text",
    "timer_info",
]


class _BindingInfo(SimpleNamespace):
    undefined, out, inout = 0, 1, 2


# Indexing needs these three protobuf messages, and only reads and sets their attributes.
_MESSAGES = SimpleNamespace(
    BindingInfo=_BindingInfo,
    RpcFunctionMetadata=SimpleNamespace,
    RpcRetryOptions=SimpleNamespace,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    succeeded: bool
    returned: Datum | None


def configure_telemetry() -> None:
    """As the library does when the real host greets it, before the app is imported."""
    if is_envvar_true("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY"):
        initialize_azure_monitor()
    if is_envvar_true("PYTHON_ENABLE_OPENTELEMETRY"):
        otel_manager.set_otel_libs_available(True)
        update_opentelemetry_status()


@functools.cache
def index(app_dir: Path) -> tuple[FunctionEntry, ...]:
    """Import the app and list its functions. Any exception of the import passes through.

    A process can index one app, once: function_app is an ordinary module, and the library refuses
    to read its functions twice.
    """
    if not (app_dir / "function_app.py").is_file():
        raise CannotStart(f"no function_app.py in {app_dir}")
    sys.path.insert(0, str(app_dir))
    handle_event.protos = _MESSAGES
    meta.load_binding_registry()  # before loading, which reads the registry
    handle_event.load_function_metadata(str(app_dir), caller_info="devhost")
    return tuple(
        read_entry(
            name=function.name,
            function_id=function.function_id,
            raw_bindings=function.raw_bindings,
        )
        for function in handle_event._metadata_result or ()
    )


def start() -> None:
    """Create the thread pool for functions that are not async."""
    start_threadpool_executor()


def stop() -> None:
    stop_threadpool_executor()


async def invoke(entry: FunctionEntry, trigger: Datum, activity: Activity) -> Outcome:
    """Run the function once. The library logs what the function raises."""
    succeeded, returned, _outputs, _error, _traceback = await invocation_request_native(
        str(uuid.uuid4()),
        entry.function_id,
        [(entry.argument, trigger)],
        {},
        activity.trace_parent,
        activity.trace_state,
    )
    return Outcome(succeeded=succeeded, returned=returned)


def text(value: str) -> Datum:
    return Datum(value, "string")


def timer_info(status: dict[str, Any]) -> Datum:
    timer = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status,
        "IsPastDue": False,
    }
    return Datum(json.dumps(timer), "json")
