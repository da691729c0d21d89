"""The app of this repository, which finds the documents of a test at this machine.

Documents of clients are fetched from public addresses alone, and no test has one. No setting
changes that, so this app does: it looks up every name as the address of this machine, and trusts
the authority of the test for it.
"""

import os
import ssl
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

from devhost.process import REPOSITORY
from shared.composition.openid import clients
from shared.fetching.https import Https
from shared.fetching.public_https import PublicHttps
from shared.fetching.public_names import PublicNames
from shared.openid.client_metadata.document import LONGEST, LONGEST_KEYS

_HERE = "127.0.0.1"


async def _look_up(name: str) -> Sequence[str]:
    return [_HERE]


@cache
def _make_fetching() -> clients.Fetching:
    names = PublicNames(_look_up, is_allowed=lambda address: address == _HERE)
    tls = ssl.create_default_context(cafile=os.environ["DOCUMENTS_AUTHORITY"])
    return clients.Fetching(
        platforms=Https(),
        documents=PublicHttps(names, tls=tls, longest_body=LONGEST),
        keys=PublicHttps(names, tls=tls, longest_body=LONGEST_KEYS),
        notices=PublicHttps(names, tls=tls, longest_body=LONGEST),
        resource_manager=Https(),
    )


clients.make_fetching = _make_fetching

_found = spec_from_file_location("deployed_app", REPOSITORY / "function_app.py")
assert _found is not None
assert _found.loader is not None
_deployed = module_from_spec(_found)
_found.loader.exec_module(_deployed)
# Whoever imports this module gets the other one.
sys.modules[__name__] = _deployed
