"""If a sign-in is missing, or too weak, the person signs in, and the command goes on."""

from collections.abc import Callable
from typing import TypeVar

from touchstone.context import Context
from touchstone.failures import NotSignedIn, SignInTooWeak
from touchstone.sign_in.request import Wanted
from touchstone.sign_in.signing_in import sign_in

_T = TypeVar("_T")


def with_sign_in(context: Context, act: Callable[[], _T]) -> _T:
    """Once. Raises NotSignedIn if there is nobody to ask."""
    try:
        return act()
    except NotSignedIn as error:
        if not context.console.may_ask:
            raise
        context.console.say(str(error))
        wanted = Wanted()
        if isinstance(error, SignInTooWeak):
            wanted = Wanted(max_age=error.max_age, acr_values=error.acr_values)
        sign_in(
            context.sessions,
            context.places,
            context.console,
            wanted=wanted,
            by_device=context.by_device,
        )
        context.account.forget()
        return act()
