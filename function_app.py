"""The Azure Functions app: every function is registered here and lives in `shared.blueprints`."""

import azure.functions as func

from shared import wiring
from shared.blueprints import (
    authentication,
    identity,
    maintenance,
    pages,
    registration,
    service,
)

wiring.prepare()

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for module in (registration, authentication, identity, service, pages, maintenance):
    app.register_functions(module.bp)
