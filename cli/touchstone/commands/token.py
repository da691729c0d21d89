"""`touchstone token`"""

from touchstone.access.exchange import Request, get_token
from touchstone.context import Context


def run(context: Context, request: Request) -> None:
    """The token alone, so that another program can take it."""
    said = get_token(context, request)
    context.console.result({"profile": request.profile, **said}, str(said["access_token"]))
