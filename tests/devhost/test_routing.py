from __future__ import annotations

from collections.abc import Sequence

import pytest

from devhost.errors import CannotStart
from devhost.functions import FunctionEntry
from devhost.route_order import describe, shadowed_routes
from devhost.routing import Router
from devhost.templates import Template


def http(name: str, route: str, *methods: str) -> FunctionEntry:
    return FunctionEntry(
        name=name,
        function_id=name,
        trigger="httpTrigger",
        argument="req",
        route=route,
        methods=frozenset(methods),
        auth_level="anonymous",
    )


def found(router: Router, method: str, path: str) -> str | None:
    match = router.find(method=method, raw_path=path)
    return match.entry.name if match else None


def test_a_request_goes_to_the_most_specific_route() -> None:
    router = Router(
        [http("d", "x/{*rest}"), http("c", "x/{id}"), http("b", "x/{id:int}"), http("a", "x/y")],
        prefix="",
    )
    paths = ["/x/y", "/X/Y", "/x/1", "/x/z", "/x/y/z", "/x", "/"]
    assert [found(router, "GET", path) for path in paths] == ["a", "a", "b", "c", "d", "d", None]


def test_the_method_is_part_of_the_route() -> None:
    router = Router([http("a", "x", "GET"), http("b", "x", "POST"), http("c", "{any}")], prefix="")
    assert found(router, "GET", "/x") == "a"
    assert found(router, "POST", "/x") == "b"
    assert found(router, "HEAD", "/x") == "c"


def test_a_path_without_parameters_is_compared_with_its_own_template_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many routes there are."""
    compared, match = [], Template.match

    def noted(template: Template, path: Sequence[str]) -> dict[str, str] | None:
        compared.append(template.text)
        return match(template, path)

    router = Router([http(f"a{n:02}", f"x/{n}") for n in range(50)], prefix="api")
    monkeypatch.setattr(Template, "match", noted)
    assert found(router, "GET", "/API/X/49") == "a49"
    assert compared == ["api/x/49"]


def test_every_route_begins_with_the_prefix() -> None:
    router = Router([http("a", "x")], prefix="api")
    assert found(router, "GET", "/api/x") == "a"
    assert found(router, "GET", "/x") is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/x/a%20b", "a b"),
        ("/x/a%252Fb", "a%2Fb"),
        ("/x/%C3%A9", "é"),
        ("/x/%FF", "%FF"),
        ("/x/a/", "a"),
    ],
)
def test_a_route_value_is_decoded(path: str, value: str) -> None:
    match = Router([http("a", "x/{id}")], prefix="").find(method="GET", raw_path=path)
    assert match is not None
    assert match.values == {"id": value}


@pytest.mark.parametrize("path", ["/x/a%2Fb", "/x/%2f", "/x%2Fa", "/%2Fx/a", "/x/a%2F"])
def test_an_encoded_slash_matches_no_segment(path: str) -> None:
    """As in Azure (Azure/azure-functions-host#9290): what the client meant as a name is lost."""
    segments = [http("a", "x/{id}"), http("b", "x/{id?}"), http("c", "x{id}"), http("d", "{any}")]
    assert found(Router(segments, prefix=""), "GET", path) is None
    assert found(Router([*segments, http("e", "{*rest}")], prefix=""), "GET", path) == "e"


@pytest.mark.parametrize("path", ["/admin", "/Admin/host/status", "/admin/"])
def test_paths_of_the_host_itself_reach_no_function(path: str) -> None:
    """Not even one that takes every path, as in Azure (Azure/azure-functions-host#6993)."""
    assert found(Router([http("a", "{*rest}")], prefix=""), "GET", path) is None
    assert found(Router([http("a", "{*rest}")], prefix=""), "GET", "/administrators") == "a"
    assert found(Router([http("a", "{*rest}")], prefix="api"), "GET", "/api/admin") == "a"


@pytest.mark.parametrize("route", ["admin", "Admin/x", "administrators", "/admin", "runtimes/x"])
@pytest.mark.parametrize("prefix", ["", "api"])
def test_a_route_of_the_host_itself_is_refused(route: str, prefix: str) -> None:
    with pytest.raises(CannotStart, match=r"^taken: .*host's own$"):
        Router([http("taken", route)], prefix=prefix)


@pytest.mark.parametrize(("one", "other"), [(["GET"], ["GET", "POST"]), ([], ["GET"]), ([], [])])
def test_two_functions_cannot_share_a_route(one: list[str], other: list[str]) -> None:
    with pytest.raises(CannotStart, match="a and b have the same route"):
        Router([http("a", "x/{id}", *one), http("b", "X/{ID}", *other)], prefix="")


def test_an_invalid_template_names_its_function() -> None:
    with pytest.raises(CannotStart, match=r"^bad: .*unknown constraint"):
        Router([http("bad", "x/{id:nonsense}")], prefix="")


@pytest.mark.parametrize(
    ("specific", "general", "is_hidden"),
    [
        ("x/y", "x/{id}", True),
        ("x/y", "{*rest}", True),
        ("x/{id:int}", "x/{id}", True),
        ("x", "x/{id?}", True),
        ("x/y{id}", "x/{id}", True),
        ("{x:maxlength(0)?}", "{*rest}", True),
        ("x/y", "x/{id:int}", False),
        ("x/y", "z/{id}", False),
        ("x", "{x:maxlength(0)?}", False),
        ("x/y/z", "x/{id}", False),
    ],
)
def test_azure_would_try_the_general_route_first(
    specific: str, general: str, *, is_hidden: bool
) -> None:
    by_name = Router([http("b", specific), http("a", general)], prefix="")
    assert [line.split()[0] for line in describe(shadowed_routes(by_name))] == ["b"] * is_hidden
    assert not list(shadowed_routes(Router([http("a", specific), http("b", general)], prefix="")))
