"""A site behind one of the proxies, and what its application got."""

from dataclasses import dataclass

from tests.counterparts.forward_authentication.application import Application, Received
from tests.counterparts.forward_authentication.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """They share the application. It sees in `Host` by which of them a request has come."""

    proxy: str
    place: Place
    application: Application

    @property
    def received(self) -> list[Received]:
        return self.application.received
