"""The inline constraints of ASP.NET route templates: `{id:guid}`, `{page:range(1,99)}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

type Constraint = Callable[[str], bool]

_INT32 = 2**31
_INT64 = 2**63
_GUID = re.compile(
    # The five forms that .NET's Guid.TryParse accepts, except the one of nested hexadecimal groups.
    r"[0-9a-f]{32}|(?P<open>[{(])?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?(open)[)}])",
    re.IGNORECASE,
)


class UnknownConstraint(ValueError):
    pass


def _whole(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\s*[+-]?[0-9]+\s*", value) else None


def _is_whole(value: str, *, limit: int) -> bool:
    number = _whole(value)
    return number is not None and -limit <= number < limit


def _within(value: str, *, low: int, high: int) -> bool:
    number = _whole(value)
    return number is not None and low <= number <= high


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_PLAIN: dict[str, Constraint] = {
    "alpha": lambda value: re.fullmatch(r"[a-zA-Z]*", value) is not None,
    "bool": lambda value: value.strip().lower() in {"true", "false"},
    "datetime": _is_datetime,
    "decimal": _is_number,
    "double": _is_number,
    "float": _is_number,
    "guid": lambda value: _GUID.fullmatch(value.strip()) is not None,
    "int": lambda value: _is_whole(value, limit=_INT32),
    "long": lambda value: _is_whole(value, limit=_INT64),
    "required": bool,
}

_WITH_NUMBERS: dict[tuple[str, int], Callable[..., Constraint]] = {
    ("length", 1): lambda n: lambda value: len(value) == n,
    ("length", 2): lambda low, high: lambda value: low <= len(value) <= high,
    ("max", 1): lambda n: lambda value: _within(value, low=-_INT64, high=n),
    ("maxlength", 1): lambda n: lambda value: len(value) <= n,
    ("min", 1): lambda n: lambda value: _within(value, low=n, high=_INT64),
    ("minlength", 1): lambda n: lambda value: len(value) >= n,
    ("range", 2): lambda low, high: lambda value: _within(value, low=low, high=high),
}


def parse_constraint(written: str) -> Constraint:
    """Parse a constraint as written in the template, `length(2,8)`. .NET's regular expressions are
    read by Python's re."""
    name, opened, rest = written.partition("(")
    name = name.lower()
    if not opened:
        return _known(_PLAIN.get(name), written)
    arguments = rest.removesuffix(")")
    if name == "regex":
        expression = re.compile(arguments, re.IGNORECASE)
        return lambda value: expression.search(value) is not None
    numbers = [_whole(argument) for argument in arguments.split(",")]
    if None in numbers:
        raise UnknownConstraint(written)
    return _known(_WITH_NUMBERS.get((name, len(numbers))), written)(*numbers)


def _known[T](found: T | None, written: str) -> T:
    if found is None:
        raise UnknownConstraint(written)
    return found
