"""A person signs in, and the session is kept."""

import os
from contextlib import suppress
from dataclasses import dataclass

from touchstone.console import Console
from touchstone.failures import Failure
from touchstone.places import Places
from touchstone.service.proof import ProofKey
from touchstone.service.service import Service
from touchstone.session.kept import Kept
from touchstone.session.stores import Store
from touchstone.session.tokens import Sessions
from touchstone.sign_in import browser, device
from touchstone.sign_in.request import Wanted
from touchstone.sign_in.result import SignedIn


@dataclass(frozen=True, kw_only=True)
class Done:
    signed_in: SignedIn
    store: Store


def sign_in(
    sessions: Sessions, places: Places, console: Console, *, wanted: Wanted, by_device: bool
) -> Done:
    """With a new key. The session that was there before ends. Raises Failure."""
    service = Service(sessions.service, ProofKey.new())
    service.check_issuer()
    before = sessions.find()
    if by_device or not browser.has_browser(os.environ):
        signed_in = device.sign_in(service, console)
    else:
        signed_in = browser.sign_in(service, wanted, console)
    kept = Kept(
        service=service.issuer,
        username=signed_in.username,
        refresh_token=signed_in.refresh_token,
        key=service.key.write(),
    )
    store = sessions.keep(kept, console)
    places.keep_service(service.issuer)
    if before is not None:
        with suppress(Failure):  # it ends by itself, too
            service.post_form("/revoke", {"token": before[0].refresh_token})
    return Done(signed_in=signed_in, store=store)
