"""The Azure Functions app: every function is registered here and lives in `shared.blueprints`."""

import azure.functions as func

from shared import wiring
from shared.blueprints import (
    access_passes,
    audit,
    authentication,
    credentials,
    maintenance,
    pages,
    registration,
    service,
    sessions,
    tokens,
    unmatched,
    users,
)
from shared.blueprints.correlation import correlate_logs

wiring.prepare()
correlate_logs()

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for module in (
    registration,
    authentication,
    tokens,
    sessions,
    credentials,
    users,
    access_passes,
    audit,
    service,
    pages,
    maintenance,
    unmatched,
):
    app.register_functions(module.bp)
