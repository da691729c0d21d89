"""Sends the log to Application Insights.

The platform could do it with azure-monitor-opentelemetry. That needs twenty more packages and takes
a quarter of a second at each start, for traces and counters that this service does not use. This
module imports nothing of the app, so that an error that stops the app from loading is sent as well.
"""

import logging
import os
from collections.abc import Mapping

logger = logging.getLogger("touchstone.diagnostics")

_ENABLED = "PYTHON_ENABLE_OPENTELEMETRY"
"""With this setting the platform leaves sending to the app, and passes the trace of each
request."""
_BY_THE_PLATFORM = "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY"
_TRUE = {"1", "true", "t", "yes", "y"}
"""The values that the platform reads as true."""


def send_log() -> None:
    """Send the log if the settings say so. The app runs in any case."""
    if _is_on(_BY_THE_PLATFORM):
        if _is_installed("azure-monitor-opentelemetry"):
            return
        logger.error("%s needs a package that is not installed: set %s", _BY_THE_PLATFORM, _ENABLED)
    if _is_on(_ENABLED):
        try:
            _attach_handler(os.environ)
        except (KeyboardInterrupt, SystemExit):  # the process is to end
            raise
        except BaseException as error:  # a library in Rust panics with one that is no Exception
            logger.critical("%s: the log cannot be sent: %s", _ENABLED, error)


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in _TRUE


def _is_installed(distribution: str) -> bool:
    from importlib import metadata

    try:
        return bool(metadata.version(distribution))
    except metadata.PackageNotFoundError:
        return False


def _attach_handler(environment: Mapping[str, str]) -> None:
    from azure.monitor.opentelemetry.exporter import AzureMonitorLogExporter
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, Resource

    resource = Resource.create(
        {
            SERVICE_NAME: environment.get("WEBSITE_SITE_NAME", "touchstone"),
            SERVICE_INSTANCE_ID: environment.get("WEBSITE_INSTANCE_ID", ""),
        }
    )
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(AzureMonitorLogExporter()))
    logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))
