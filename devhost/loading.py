"""Importing the function app, and the message if that fails."""

from __future__ import annotations

import sys
from pathlib import Path

from devhost import worker
from devhost.errors import CannotStart, InvalidConfiguration
from devhost.functions import FunctionEntry
from devhost.logs import silence_loading


class BrokenApp(CannotStart):
    """The import failed; its exception is the cause."""


def load_app(app_dir: Path, *, even_broken: bool = False) -> tuple[FunctionEntry, ...]:
    """Import the app. An app that serves something else in place of itself gives the reason in its
    `failure`."""
    try:
        with silence_loading(even_broken=even_broken):
            entries = worker.index(app_dir)
    except CannotStart:
        raise
    # An app may raise anything while it is imported, and its developer must see all of it.
    except Exception as error:
        raise _cannot_start(error) from _original(error)
    failure = getattr(sys.modules.get("function_app"), "failure", None)
    if failure is not None and not even_broken:
        raise _cannot_start(failure) from _original(failure)
    return entries


def _cannot_start(error: Exception) -> CannotStart:
    if _is_invalid_setting(error):
        return InvalidConfiguration(f"invalid setting: {error}")
    return BrokenApp(f"cannot load function_app.py: {_original(error)!r}")


def _is_invalid_setting(error: Exception) -> bool:
    """Whether it is the app's own InvalidSetting, if the app got as far as importing that class."""
    module = sys.modules.get("shared.settings")
    return isinstance(error, getattr(module, "InvalidSetting", ()))


def _original(error: Exception) -> BaseException:
    """The worker library raises an ImportError again, with a page of advice in its message."""
    if isinstance(error, ImportError) and error.__context__ is not None:
        return error.__context__
    return error
