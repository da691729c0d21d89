"""The problem details (RFC 9457) that a caller gets for each error, one for each leaf class.

There is a module for each module of `shared.errors`. The page that the problem types point to is
made from the same tables, so each type has its section there.
"""

from collections.abc import Mapping

from shared import errors
from shared.http.problems import (
    access,
    authorization,
    ceremonies,
    certificates,
    conflicts,
    openid,
    outages,
    requests,
    web,
)
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    **requests.PROBLEMS,
    **ceremonies.PROBLEMS,
    **conflicts.PROBLEMS,
    **authorization.PROBLEMS,
    **openid.PROBLEMS,
    **access.PROBLEMS,
    **web.PROBLEMS,
    **certificates.PROBLEMS,
    **outages.PROBLEMS,
}

UNEXPECTED = Problem(
    status=500,
    slug="",
    title="Internal Server Error",
    detail="The operator finds the cause in the log under this instance.",
)


def find_problem(error: errors.TouchstoneError) -> Problem:
    """The problem of the error's class, or of its nearest base class that has one."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
