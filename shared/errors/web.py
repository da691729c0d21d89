"""Refusals of requests at web pages behind a proxy."""

from collections.abc import Collection

from shared.errors.base import TouchstoneError


class WebRefusal(TouchstoneError):
    pass


class ProxyUnproven(WebRefusal):
    """Whoever asks is none of our proxies."""


class PageUnclear(WebRefusal):
    """Its text says what is wrong with the request, and repeats nothing of it."""


class PageUnknown(WebRefusal):
    """No profile has this page."""


class PageSignInRequired(WebRefusal):
    def __init__(self, target: str, *, is_newer: bool = False) -> None:
        """`target` is the path where the person wanted to go. `is_newer` if somebody is signed in,
        and a newer gesture is needed."""
        super().__init__()
        self.target = target
        self.is_newer = is_newer


class PageRefused(WebRefusal):
    def __init__(self, username: str, title: str, missing: Collection[str], target: str) -> None:
        """`title` is that of the profile."""
        super().__init__(f"missing: {', '.join(missing)}")
        self.username = username
        self.title = title
        self.missing = missing
        self.target = target


class PageSignInBroken(WebRefusal):
    """It was begun in another browser, took too long or was used before; one answer for all."""


class PageSignInDeclined(WebRefusal):
    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target
