"""What people and programs see. Results go to standard output, and all else to standard error."""

import json
import os
import sys
from collections.abc import Mapping, Sequence

from touchstone.failures import Failure, WrongUsage

_BOLD, _RED, _PLAIN = "\033[1m", "\033[31m", "\033[0m"
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_WIDEST_COLUMN = 60


class Console:
    def __init__(self, *, as_json: bool, may_ask: bool) -> None:
        self.as_json = as_json
        self.may_ask = may_ask
        """Whether there is a person who can answer."""
        self._colours = sys.stderr.isatty() and not os.environ.get("NO_COLOR")

    def result(self, value: Mapping[str, object], text: str | None = None) -> None:
        """`text` is for people; without one, `value` is shown line by line."""
        if self.as_json:
            _print(json.dumps(value, indent=2, ensure_ascii=False))
        elif text is None:
            width = max(map(len, value), default=0)
            for name, each in value.items():
                _print(f"{name.replace('_', ' '):<{width}}  {plain(each)}")
        elif text:
            _print(text)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
        """As text. What others have written cannot move the cursor."""
        cells = [[str(head) for head in heads], *([plain(each) for each in row] for row in rows)]
        widths = [max(len(row[index]) for row in cells) for index in range(len(heads))]
        widths = [min(width, _WIDEST_COLUMN) for width in widths]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)
        return "\n".join(lines)

    def say(self, text: str) -> None:
        """How it goes on. Programs that read JSON read standard output alone."""
        print(text, file=sys.stderr, flush=True)

    def stress(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self._colours else text

    def ask(self, question: str) -> str:
        """Raises WrongUsage if nobody answers."""
        print(question, end=" ", file=sys.stderr, flush=True)
        try:
            return input().strip()
        except EOFError as error:
            raise WrongUsage(
                "Nobody answers.", to_do="Say it on the command line: see `touchstone --help`."
            ) from error

    def fail(self, failure: Failure) -> None:
        text, to_do = plain(failure), plain(failure.to_do)
        if self.as_json:
            members = {"error": failure.name, "message": text, "to_do": to_do}
            _print(json.dumps({**members, **failure.members, "exit_code": failure.exit_code}))
            return
        mark = f"{_RED}touchstone:{_PLAIN}" if self._colours else "touchstone:"
        self.say(f"{mark} {text}")
        if to_do:
            self.say(to_do)


def plain(value: object) -> str:
    """Without control characters, with which others could write over what is on the screen."""
    return ("" if value is None else str(value)).translate(_CONTROLS)


def _print(text: str) -> None:
    print(text, flush=True)
