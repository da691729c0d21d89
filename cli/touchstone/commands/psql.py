"""`touchstone psql`: into PostgreSQL, in the way that the profile has."""

from collections.abc import Sequence
from typing import Any

from touchstone.access.exchange import Request, get_token
from touchstone.access.offers import offer_of
from touchstone.context import Context
from touchstone.failures import WrongUsage
from touchstone.postgres.certificates import get_certificate
from touchstone.postgres.running import find_psql, require_oauth, run_psql
from touchstone.sign_in.again import with_sign_in


def run(context: Context, request: Request, arguments: Sequence[str], *, oauth_client: str) -> int:
    """The exit code of psql."""
    find_psql()  # before anybody is asked for anything
    found = with_sign_in(context, lambda: offer_of(context.account, request.profile))
    match found["kind"]:
        case "postgresql-certificate":
            return _with_certificate(context, request, arguments)
        case "postgresql-oauth":
            return _by_its_own_flow(context, found["database"], arguments, oauth_client)
        case "azure-postgresql":
            return _with_password(context, request, arguments)
        case kind:
            raise WrongUsage(
                f"{request.profile} is no profile of PostgreSQL, but {kind}.",
                to_do="`touchstone access` lists what you may ask for.",
            )


def _with_certificate(context: Context, request: Request, arguments: Sequence[str]) -> int:
    made = get_certificate(context, request)
    files = {"PGSSLCERT": str(made.said["certificate"]), "PGSSLKEY": made.key}
    variables = _where(made.said, name=made.said["database"])
    return run_psql(arguments, variables, files)


def _by_its_own_flow(
    context: Context, database: dict[str, Any], arguments: Sequence[str], client: str
) -> int:
    """psql 18 shows a code, and the person approves the connection at our page. It takes these
    options in the text of the connection alone. They are no secrets."""
    require_oauth()
    options = {
        "require_auth": "oauth",
        "oauth_issuer": context.sessions.service,
        "oauth_client_id": client,
        "oauth_scope": database.get("scope", ""),
    }
    text = " ".join(f"{name}={_quoted(value)}" for name, value in options.items())
    variables = _where(database, name=database["name"])
    return run_psql(["--dbname", text, *arguments], variables, files={})


def _with_password(context: Context, request: Request, arguments: Sequence[str]) -> int:
    """The token is the password, which psql takes from its environment."""
    token = str(get_token(context, request)["access_token"])
    return run_psql(arguments, {"PGPASSWORD": token, "PGSSLMODE": "verify-full"}, files={})


def _where(said: dict[str, Any], *, name: object) -> dict[str, str]:
    return {
        "PGHOST": str(said["host"]),
        "PGPORT": str(said["port"]),
        "PGDATABASE": str(name),
        "PGUSER": str(said["role"]),
        "PGSSLMODE": "verify-full",
    }


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
