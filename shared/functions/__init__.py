"""All functions of the app, as the table has them.

The module of a function is loaded at the first request for it. Most instances soon need few of
them, and a cold start that loads all, with the stories behind them, takes longer by a half.
"""

from importlib import import_module

import azure.functions as func

from shared.functions.table import FUNCTIONS
from shared.handling.endpoint import Endpoint
from shared.http.routes import Routes

EVERY_MINUTE = "0 * * * * *"


def add_functions(app: func.FunctionApp) -> None:
    routes = Routes()
    for module, functions in FUNCTIONS.items():
        for name, answered in functions.items():
            method, path = answered.split()
            route = routes.route(path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)
            route(load_late(module, name))
    routes.any_method("verify/{*rest}")(load_late("access.page_check", "page_check"))
    routes.catch_all()(load_late("unmatched", "unmatched"))
    routes.timer_trigger(schedule=EVERY_MINUTE, arg_name="timer")(maintain)
    app.register_functions(routes)


def find_function(module: str, name: str) -> Endpoint:
    found: Endpoint = getattr(import_module(f"shared.blueprints.{module}"), name)
    return found


def load_late(module: str, name: str) -> Endpoint:
    """The function, with its module loaded at the first request. If that fails, the answer is a
    problem, and the next request tries again."""

    async def answer(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        try:
            found = find_function(module, name)
        except Exception as error:  # the host's own answer would be empty
            from shared.handling.refusals import answer_error

            return await answer_error(error, name=name, instance=context.invocation_id)
        return await found(req, context)

    answer.__name__ = name
    return answer


async def maintain(timer: func.TimerRequest) -> None:
    from shared.blueprints import maintenance

    await maintenance.maintain()
