"""`touchstone logout`"""

from touchstone.context import Context
from touchstone.failures import Failure, LocalFault, Unavailable
from touchstone.service.proof import ProofKey
from touchstone.service.service import Service
from touchstone.session.kept import Kept


def run(context: Context) -> None:
    """It is removed here, whatever the service says."""
    sessions = context.sessions
    try:
        found = sessions.find()
    except LocalFault as error:
        context.console.say(str(error))
        found = None
    sessions.remove()
    if found is not None:
        _revoke(sessions.service, found[0])
    text = "Signed out." if found else "Nobody had signed in here."
    context.console.result({"service": sessions.service, "signed_out": bool(found)}, text)


def _revoke(service: str, kept: Kept) -> None:
    try:
        answer = Service(service, ProofKey.new()).post_form(
            "/revoke", {"token": kept.refresh_token}
        )
    except Failure as error:
        raise _not_told(service) from error
    if not answer.is_good:
        raise _not_told(service)


def _not_told(service: str) -> Failure:
    return Unavailable(
        "The session is removed here, but the service was not told.",
        to_do=f"It ends by itself. To end it now, sign in at {service} and end it there.",
    )
