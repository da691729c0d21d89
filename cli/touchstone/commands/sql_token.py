"""`touchstone sql-token`"""

from touchstone.access.exchange import Request, get_token
from touchstone.access.offers import offer_of
from touchstone.context import Context
from touchstone.failures import WrongUsage
from touchstone.sign_in.again import with_sign_in

_KINDS = ("azure-sql", "entra-token")


def run(context: Context, request: Request, *, odbc_hex: bool) -> None:
    found = with_sign_in(context, lambda: offer_of(context.account, request.profile))
    if found["kind"] not in _KINDS:
        raise WrongUsage(
            f"{request.profile} is no profile of a database of Azure SQL, but {found['kind']}.",
            to_do="`touchstone access` lists what you may ask for.",
        )
    said = get_token(context, request)
    text = str(said["access_token"])
    if odbc_hex:
        said, text = {**said, "odbc": odbc_struct(text).hex()}, odbc_struct(text).hex()
    context.console.result({"profile": request.profile, **said}, text)


def odbc_struct(token: str) -> bytes:
    """What SQL_COPT_SS_ACCESS_TOKEN of Microsoft's ODBC driver wants: its length, and UTF-16."""
    data = token.encode("utf-16-le")
    return len(data).to_bytes(4, "little") + data
