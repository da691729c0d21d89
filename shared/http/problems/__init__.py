"""What each error looks like to a caller: RFC 9457 problem details, one for each leaf class.

There is a module for each module of `shared.errors`. The page that the problem types point to is
made of the same tables, so each type has its section there.
"""

from collections.abc import Mapping

from shared import errors
from shared.http.problems import authorization, ceremonies, conflicts, outages, requests
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    **requests.PROBLEMS,
    **ceremonies.PROBLEMS,
    **conflicts.PROBLEMS,
    **authorization.PROBLEMS,
    **outages.PROBLEMS,
}

UNEXPECTED = Problem(
    status=500,
    slug="",
    title="Internal Server Error",
    detail="The operator finds the cause in the log under this instance.",
)


def find_problem(error: errors.TouchstoneError) -> Problem:
    """The problem of the nearest class that has one."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
