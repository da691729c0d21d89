"""The conditions of queries, as OData has them: as much of it as the service uses."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

type Row = Mapping[str, Any]
type Test = Callable[[Row], bool]

_TOKEN = re.compile(r"\s*(\(|\)|datetime'[^']*'|'(?:[^']|'')*'|[\w.:-]+)")
_COMPARED = {"eq": eq, "ne": ne, "gt": gt, "ge": ge, "lt": lt, "le": le}


def matches(condition: str, row: Row) -> bool:
    return not condition or _read(condition)(row)


@lru_cache(maxsize=1000)
def _read(condition: str) -> Test:
    tokens = _TOKEN.findall(condition)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", condition), condition
    test = _any(tokens)
    assert not tokens, condition
    return test


def _any(tokens: list[str]) -> Test:
    tests = [_all(tokens)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        tests.append(_all(tokens))
    return lambda row: any(test(row) for test in tests)


def _all(tokens: list[str]) -> Test:
    tests = [_single(tokens)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        tests.append(_single(tokens))
    return lambda row: all(test(row) for test in tests)


def _single(tokens: list[str]) -> Test:
    if tokens[0] == "(":
        tokens.pop(0)
        test = _any(tokens)
        assert tokens.pop(0) == ")"
        return test
    column, operator, value = tokens.pop(0), _COMPARED[tokens.pop(0)], _value(tokens.pop(0))
    if isinstance(value, datetime):
        return lambda row: column in row and operator(_instant(row[column]), value)
    return lambda row: column in row and operator(row[column], value)


def _value(token: str) -> str | datetime:
    if token.startswith("datetime'"):
        return _instant(token.removeprefix("datetime'").removesuffix("'"))
    assert token.startswith("'"), token
    return token[1:-1].replace("''", "'")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
