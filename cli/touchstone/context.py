"""What each command is given: the console, the places, and the account of the person."""

from dataclasses import dataclass
from functools import cached_property

from touchstone.console import Console
from touchstone.places import Places, choose_service, default_places
from touchstone.session.tokens import Account, Sessions


@dataclass(kw_only=True)
class Context:
    console: Console
    named_service: str | None
    by_device: bool
    """Whether the person wants to sign in on another device."""

    @cached_property
    def places(self) -> Places:
        return default_places()

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(choose_service(self.named_service, self.places), self.places.folder)

    @cached_property
    def account(self) -> Account:
        return Account(self.sessions)
