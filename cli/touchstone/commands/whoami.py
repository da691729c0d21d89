"""`touchstone whoami`"""

from touchstone.context import Context
from touchstone.sign_in.again import with_sign_in


def run(context: Context) -> None:
    said = with_sign_in(context, lambda: context.account.read("/userinfo"))
    _, store = context.sessions.require()
    context.console.result(
        {
            "username": said.get("preferred_username"),
            "name": said.get("name"),
            "id": said.get("sub"),
            "service": context.sessions.service,
            "kept_in": store.name,
        }
    )
