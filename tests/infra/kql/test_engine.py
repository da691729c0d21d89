"""Where the local engine could differ from Kusto, it does as Microsoft documents.

The documents are https://learn.microsoft.com/kusto/query/ and the name of each operator.
"""

import pytest

from tests.infra.kql.arrivals import NOON
from tests.infra.kql.texts import call
from tests.infra.kql.workspace import Workspace

TWO = 'datatable(G:string, T:string, N:long)["g", "", 1, "g", "b", 3, "g", "a", 2]'
BOTH = f"{TWO} | join kind=fullouter (datatable(T:string)['z']) on T"
BAG = 'dynamic({"limit": "x", "yes": true, "said": "true", "list": [1, 2]})'


EXPRESSIONS: list[tuple[str, object]] = [
    # Comparisons of text know case, and so do `in` and `!in`; the others do not.
    ('"ab" == "AB"', False),
    ('"ab" =~ "AB"', True),
    ('"ab" in ("AB")', False),
    ('"ab" in~ ("AB")', True),
    ('"Alice" startswith "al"', True),
    ('"Alice" contains "LIC"', True),
    # `has` finds whole terms.
    ('"a b-c" has "B"', True),
    ('"abc" has "b"', False),
    ('"alice@example.org" has_any (dynamic(["bob", "example"]))', True),
    ('"alice@example.org" has "@"', True),
    # Null is unequal to everything; no text is null.
    ("bool(null) == true", False),
    ("isnull(not(bool(null)))", True),
    ("iff(bool(null), 1, 2)", 2),
    ("isnull(long(null) + 1)", True),
    ('coalesce("", "a")', "a"),
    ("coalesce(bool(null), true)", True),
    # Members of a bag that are absent are null, and empty as text.
    (f'tostring({BAG}["limit"])', "x"),
    (f"tostring({BAG}.absent)", ""),
    (f"isempty(tostring({BAG}.absent))", True),
    (f"tobool({BAG}.yes)", True),
    (f"tobool({BAG}.said)", True),
    (f"isnull(tobool({BAG}.absent))", True),
    (f"array_length({BAG}.list)", 2),
    (f"isnull(array_length({BAG}.absent))", True),
    ('array_length(array_concat(dynamic(["a"]), dynamic([]), dynamic(["a", "b"])))', 3),
    ("array_length(coalesce(dynamic(null), dynamic([])))", 0),
    # Texts and numbers.
    ('substring("abcdef", 0, 3)', "abc"),
    ('substring("ab", 0, 21)', "ab"),
    ('isnull(toint("x"))', True),
    ('extract(@"^https?://[^/]+/([^/(?]+)", 1, "https://a.example/Table(1)?x")', "Table"),
    ('extract("(b)", 1, "a")', ""),
    # Times.
    ("bin(datetime(2031-05-17 12:34:56), 10m)", NOON.replace(minute=30)),
    ("(ago(1h) - ago(3h)) / 1h", 2.0),
    ("NOW == now()".replace("NOW", "datetime(2031-05-17 12:00)"), True),
    # The function that the engine lacks: whole addresses, or prefixes that end in a dot.
    ('has_any_ipv4_prefix("192.0.2.7", dynamic(["192.0."]))', True),
    ('has_any_ipv4_prefix("192.0.2.7", dynamic(["192.0.2.7"]))', True),
    ('has_any_ipv4_prefix("192.0.2.77", dynamic(["192.0.2.7"]))', False),
    ('has_any_ipv4_prefix("192.0.2.7", dynamic([]))', False),
]
AGGREGATES: list[tuple[str, object]] = [
    ("count()", 3),
    ('countif(T == "a")', 1),
    ("dcount(T)", 3),  # an empty text is a value
    ("dcountif(T, isnotempty(T))", 2),
    ('minif(N, T != "")', 2),
    ('maxif(N, T != "")', 3),
    ('isnull(maxif(N, T == "z"))', True),
    ("take_anyif(T, T == 'b')", "b"),
    ("take_anyif(T, T == 'z')", ""),
    ("array_length(make_set(T))", 3),
    ("array_length(make_set_if(T, isnotempty(T)))", 2),
    ("array_length(make_set_if(T, T == 'z'))", 0),
    ("sum(iff(T == 'z', N, long(null)))", 0),
]


def test_expressions_are_as_in_kusto(workspace: Workspace) -> None:
    assert differing(workspace, "print {}", EXPRESSIONS) == []


def test_aggregates_are_as_in_kusto(workspace: Workspace) -> None:
    assert differing(workspace, f"{TWO} | summarize {{}} by G", AGGREGATES) == []


def differing(
    workspace: Workspace, query: str, expected: list[tuple[str, object]]
) -> list[tuple[str, object]]:
    """All are asked at once, because each query takes the engine long to read."""
    named = ", ".join(f"V{number} = {text}" for number, (text, _) in enumerate(expected))
    (row,) = workspace.ask(query.format(named), NOON)
    found = [(text, row[f"V{number}"]) for number, (text, _) in enumerate(expected)]
    return [each for each, wanted in zip(found, expected, strict=True) if each != wanted]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"{TWO} | summarize arg_min(N, *) by G | project T", [""]),
        (f"{TWO} | summarize arg_max(N, T) by G | project T", ["b"]),
        (f"{TWO} | where N > 9 | summarize count()", [0]),  # without `by` there is always a row
        (f"{TWO} | where N > 9 | summarize maxif(N, T == 'a')", [None]),
        (f"{TWO} | where N > 9 | summarize count() by G", []),
        # The row before, in the order of the sort, and nothing before the first.
        (f"{TWO} | sort by N asc | extend P = prev(N) | project P", [None, 1, 2]),
        (f"{TWO} | sort by N desc | extend P = prev(T) | project P", [None, "b", "a"]),
        # A lookup keeps each row of the left side once for each match, and adds no key twice.
        (
            f"{TWO} | lookup kind=leftouter (datatable(T:string, X:long)['a', 7]) on T | project X",
            [None, None, 7],
        ),
        (f"{TWO} | join kind=inner (datatable(T:string)['a', 'a']) on T | project N", [2, 2]),
        # The column of the right side that has the same name gets a number.
        (
            f"{BOTH} | project coalesce(T1, 'none')",
            ["none", "none", "none", "z"],
        ),
        (f"let A = {TWO}; A | where T == 'a' | union (A | where T == 'b') | project N", [2, 3]),
    ],
)
def test_rows_are_as_in_kusto(workspace: Workspace, query: str, expected: list[object]) -> None:
    def least(each: object) -> str:
        return str(each)

    found = [next(iter(row.values())) for row in workspace.ask(query, NOON)]
    if "sort by" not in query:
        found, expected = sorted(found, key=least), sorted(expected, key=least)
    assert found == expected


WITHOUT = f"{TWO} | lookup kind=leftouter (datatable(T:string, X:string)['z', 'x']) on T"


@pytest.mark.parametrize("condition", ["isempty(X)", "coalesce(X, 'none') == 'none'"])
def test_a_text_that_a_join_leaves_out_is_empty(workspace: Workspace, condition: str) -> None:
    assert len(workspace.ask(f"{WITHOUT} | where {condition}", NOON)) == 3


def test_a_text_that_a_join_leaves_out_must_not_be_compared(workspace: Workspace) -> None:
    """It is null here, and equals nothing. In Kusto it is the empty text."""
    assert workspace.ask(f"{WITHOUT} | where X == ''", NOON) == []


def test_a_function_takes_the_defaults_of_the_manifest() -> None:
    assert call("TouchstoneEvents") == "TouchstoneEvents(datetime(null), datetime(null))"
    assert call("vimAuthenticationTouchstone", disabled="true").endswith("dynamic([]), '*', true)")
