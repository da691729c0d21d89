"""Which client IDs are addresses of documents, and which of them may be fetched.

The draft allows any address with https, a path, no dot segments, no fragment and no user
information. This service accepts fewer, so that each is read alike by everything between a browser
and a web server: a name of the DNS in lower case, and a path of letters, digits and a few marks.
So there is no query either, which the draft advises against.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

LONGEST = 256
ANY = "*"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LAST = "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+{_LAST}"
_PORT = "[1-9][0-9]{1,4}"
_address = re.compile(
    rf"(?P<origin>https://(?P<place>{_HOST}(?::{_PORT})?))(?P<path>(?:/[A-Za-z0-9._~-]*)+)"
).fullmatch
_place = re.compile(rf"{_HOST}(?::{_PORT})?").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAddress:
    text: str
    origin: str
    place: str
    """The host, with its port if that is not 443."""


def read_address(client_id: str) -> DocumentAddress | None:
    """Return None for an ID that is no address of a document."""
    found = _address(client_id) if len(client_id) <= LONGEST else None
    if found is None or {".", ".."} & set(found["path"].split("/")):
        return None
    return DocumentAddress(text=client_id, origin=found["origin"], place=found["place"])


def is_place(text: str) -> bool:
    """Whether a setting may name it: a host, or a host and its port."""
    return text == ANY or _place(text) is not None


def is_permitted(address: DocumentAddress, places: Collection[str]) -> bool:
    """`*` stands for each host, at the usual port: with other ports, strangers could find out what
    answers where."""
    if address.place in places:
        return True
    return ANY in places and ":" not in address.place
