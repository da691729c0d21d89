"""The Azure Functions app. `shared/functions/table.py` lists its functions.

If this module raised, Azure would have no function at all: 404 everywhere, often without a line of
log (Azure/azure-functions-python-worker#1165). So whatever goes wrong, something answers.
"""

import gc

import azure.functions as func

from shared.blueprints import standby
from shared.diagnostics import send_log


def make_app() -> func.FunctionApp:
    """Raises InvalidSetting, and whatever a module raises that cannot be loaded."""
    from shared import wiring
    from shared.functions import add_functions
    from shared.http.correlation import correlate_logs

    wiring.prepare()
    correlate_logs()
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    add_functions(app)
    return app


failure: BaseException | None = None
# What is loaded stays. To look for garbage in it would take a twentieth of a cold start, and as
# much again at a later request.
gc.disable()
send_log()
try:
    app = make_app()
except (KeyboardInterrupt, SystemExit):  # the process is to end
    raise
except BaseException as error:  # a library in Rust panics with one that is no Exception
    failure, app = error, standby.make_app(error)
finally:
    gc.freeze()
    gc.enable()
