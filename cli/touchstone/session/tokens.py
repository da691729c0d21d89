"""The session of a person, and access tokens from it. No access token is ever kept.

A refresh token counts once: the answer has the next one. So one process at a time refreshes, and
the next token is written before the access token is used.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from touchstone.console import Console
from touchstone.failures import LocalFault, NotSignedIn
from touchstone.service.proof import ProofKey
from touchstone.service.refusals import demand
from touchstone.service.service import Service
from touchstone.service.web import Answer
from touchstone.session.kept import Kept, read_kept
from touchstone.session.lock import locked
from touchstone.session.stores import Store, stores_of

_LEEWAY = 30
"""An access token is not used in its last seconds."""


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show the token
class AccessToken:
    text: str
    ends_at: float
    """On the clock that only goes forward."""


class Sessions:
    """Of this person, at one service."""

    def __init__(self, service: str, folder: Path) -> None:
        self.service = service
        self._stores = stores_of(service, folder)
        digest = sha256(service.encode()).hexdigest()[:16]
        self._lock = folder / f"{digest}.lock"

    def find(self) -> tuple[Kept, Store] | None:
        for store in self._stores:
            text = store.read()
            if text is not None:
                return read_kept(text, where=store.name), store
        return None

    def require(self) -> tuple[Kept, Store]:
        found = self.find()
        if found is None:
            raise NotSignedIn(
                f"Nobody has signed in to {self.service} here.",
                to_do=f"Run `touchstone login --service {self.service}`.",
            )
        return found

    def keep(self, kept: Kept, console: Console) -> Store:
        """In one place alone. Say so if that is not the best one."""
        with locked(self._lock):
            *better, last = self._stores
            used = last
            for store in better:
                try:
                    store.write(kept.write())
                except LocalFault as error:
                    console.say(f"{error} The session is kept in a file.")
                else:
                    used = store
                    break
            else:
                last.write(kept.write())
            self._remove_from([each for each in self._stores if each is not used])
        return used

    def remove(self) -> None:
        with locked(self._lock):
            self._remove_from(self._stores)

    def _remove_from(self, stores: list[Store]) -> None:
        for store in stores:
            store.remove()

    def refresh(self) -> tuple[Service, AccessToken, Kept]:
        """Raises NotSignedIn if the session has ended; then it is removed here, too."""
        with locked(self._lock):
            kept, store = self.require()
            service = Service(self.service, _key(kept, store))
            fields = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token}
            asked_at = time.monotonic()
            answer = service.post_form("/token", fields)
            if answer.json.get("error") == "invalid_grant":
                self._remove_from([store])
                raise NotSignedIn("The session has ended.", to_do="Run `touchstone login`.")
            said = demand(answer).json
            kept = replace(kept, refresh_token=str(said["refresh_token"]))
            store.write(kept.write())
        ends_at = asked_at + int(said["expires_in"]) - _LEEWAY
        return service, AccessToken(text=str(said["access_token"]), ends_at=ends_at), kept


def _key(kept: Kept, store: Store) -> ProofKey:
    try:
        return ProofKey.read(kept.key)
    except ValueError as error:
        raise LocalFault(
            f"{store.name} has no key that can be read.", to_do="Run `touchstone login`."
        ) from error


class Account:
    """Requests in the name of the person, each with a token that has not ended."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self._refreshed: tuple[Service, AccessToken, Kept] | None = None

    def token(self) -> tuple[Service, str]:
        found = self._refreshed
        if found is None or time.monotonic() > found[1].ends_at:
            found = self._refreshed = self.sessions.refresh()
        return found[0], found[1].text

    def forget(self) -> None:
        """After another sign-in."""
        self._refreshed = None

    def get(self, path: str, **headers: str) -> Answer:
        service, token = self.token()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return service.call("GET", path, token, headers=sent)

    def read(self, path: str) -> dict[str, Any]:
        """What a good answer says."""
        return demand(self.get(path)).json

    def post(self, path: str, members: Mapping[str, object]) -> Answer:
        service, token = self.token()
        return service.call("POST", path, token, members=members)
