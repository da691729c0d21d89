"""What of a command line is ours, and what another program reads: ours comes first."""

from collections.abc import Sequence

_WITH_VALUE = ("--profile", "--reason", "--details", "--approval", "--service", "--oauth-client")
_ALONE = ("--json", "--no-input", "--no-wait", "--device", "-h", "--help")


def split_psql(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is for psql comes second. Of another command, all is ours."""
    before, rest = _split(arguments)
    if rest[:1] != ["psql"]:
        return list(arguments), []
    ours, for_psql = _split(rest[1:])
    return [*before, "psql", *ours], for_psql


def find_check(arguments: Sequence[str]) -> list[str] | None:
    """What is for `audit verify`, or None for another command."""
    before, rest = _split(arguments)
    if rest[:2] != ["audit", "verify"]:
        return None
    return [*rest[2:], *(each for each in before if each == "--json")]


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """At the first argument that is none of ours, or at `--`."""
    rest = list(arguments)
    ours: list[str] = []
    while rest:
        name, has_value, _ = rest[0].partition("=")
        if rest[0] == "--":
            return ours, rest[1:]
        if name in _WITH_VALUE:
            count = 1 if has_value else 2
        elif rest[0] in _ALONE:
            count = 1
        else:
            break
        ours, rest = [*ours, *rest[:count]], rest[count:]
    return ours, rest
