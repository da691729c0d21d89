"""`touchstone login`"""

from touchstone.context import Context
from touchstone.sign_in.request import Wanted
from touchstone.sign_in.signing_in import sign_in


def run(context: Context) -> None:
    done = sign_in(
        context.sessions,
        context.places,
        context.console,
        wanted=Wanted(),
        by_device=context.by_device,
    )
    members = {
        "service": context.sessions.service,
        "username": done.signed_in.username,
        "id": done.signed_in.subject,
        "kept_in": done.store.name,
    }
    text = f"Signed in as {done.signed_in.username}. The session is kept in {done.store.name}."
    context.console.result(members, text)
