"""`touchstone psql`: into PostgreSQL, in the way that the profile has."""

from collections.abc import Sequence

from touchstone.access.exchange import Request, get_token
from touchstone.access.offers import offer_of
from touchstone.context import Context
from touchstone.failures import WrongUsage
from touchstone.postgres.running import run_psql
from touchstone.sign_in.again import with_sign_in


def run(context: Context, request: Request, arguments: Sequence[str]) -> int:
    """The exit code of psql."""
    found = with_sign_in(context, lambda: offer_of(context.account, request.profile))
    kind = found["kind"]
    if kind == "azure-postgresql":
        return _with_password(context, request, arguments)
    raise WrongUsage(
        f"{request.profile} is no profile of PostgreSQL, but {kind}.",
        to_do="`touchstone access` lists what you may ask for.",
    )


def _with_password(context: Context, request: Request, arguments: Sequence[str]) -> int:
    """The token is the password, which psql takes from its environment."""
    token = str(get_token(context, request)["access_token"])
    return run_psql(arguments, {"PGPASSWORD": token, "PGSSLMODE": "verify-full"}, files={})
