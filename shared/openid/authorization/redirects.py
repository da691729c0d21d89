"""How it is decided whether a client may have people sent to an address."""

from collections.abc import Callable

from shared.openid.clients.client import Client

type Matches = Callable[[Client, str], bool]
