"""The resources that a template would deploy, with their values, given its parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tree_sitter import Node

from tests.infra.bicep.expressions import (
    Names,
    condition_and_body,
    evaluate,
    iterations,
)
from tests.infra.bicep.runtime import Runtime
from tests.infra.bicep.syntax import MAIN, Declared, Template, read
from tests.infra.bicep.types import refusals
from tests.infra.bicep.user_functions import all_functions

type Value = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    type: str
    api_version: str
    body: Mapping[str, Value]
    existing: bool

    @property
    def name(self) -> str:
        own: str = self.body["name"]
        return own

    @property
    def path(self) -> str:
        """Its name after those of its parents."""
        parent = self.body.get("parent")
        return f"{parent.path}/{self.name}" if parent else self.name

    @property
    def id(self) -> str:
        return f"{self.type}/{self.path}"

    @property
    def scope(self) -> str | None:
        """Of what it is an extension: the ID."""
        of = self.body.get("scope")
        return of.id if isinstance(of, Resource) else None

    @property
    def properties(self) -> "Properties":
        return Properties(self)


@dataclass(frozen=True, slots=True)
class Properties:
    """As they are set; what Azure alone sets is known when it runs."""

    of: Resource

    def __getattr__(self, name: str) -> Value:
        given = self.of.body.get("properties", {})
        return given[name] if name in given else Runtime(f"{self.of.id}.{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    outputs: Mapping[str, Value]
    resources: tuple[Resource, ...]


class Deployment:
    """Of one template. Values are found as they are asked for."""

    def __init__(self, template: Template, parameters: Mapping[str, Value]) -> None:
        self._template = template
        self._given = parameters
        self._known: dict[str, Value] = {}
        self._names = Names(find=self._find, functions=all_functions(template))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._resources())

    @cached_property
    def outputs(self) -> dict[str, Value]:
        return {name: evaluate(node, self._names) for name, node in self._template.outputs.items()}

    def of_type(self, kind: str) -> list[Resource]:
        """One of them at least: what is not there cannot be wrong either."""
        found = [each for each in self.resources if each.type == kind]
        assert found, kind
        return found

    def properties(self, kind: str) -> list[dict[str, Value]]:
        return [dict(each.body["properties"]) for each in self.of_type(kind)]

    def value(self, name: str) -> Value:
        """Of a parameter, variable, resource or module. Only what it needs is evaluated."""
        return self._find(name)

    def _resources(self) -> Iterator[Resource]:
        for declared in self._template.resources:
            for each in _listed(self._find(declared.symbol)):
                if not each.existing:
                    yield each
        for declared in self._template.modules:
            for module in _listed(self._find(declared.symbol)):
                yield from module.resources

    def _find(self, name: str) -> Value:
        if name not in self._known:
            self._known[name] = self._work_out(name)
        return self._known[name]

    def _work_out(self, name: str) -> Value:
        if name in self._template.parameters:
            return self._parameter(name)
        if name in self._template.variables:
            return evaluate(self._template.variables[name], self._names)
        for declared in self._template.resources:
            if declared.symbol == name:
                return self._instances(declared, declared.body, self._names, _resource)
        for declared in self._template.modules:
            if declared.symbol == name:
                return self._instances(declared, declared.body, self._names, self._module)
        raise KeyError(name)

    def _parameter(self, name: str) -> Value:
        if name in self._given:
            return self._given[name]
        default = self._template.parameters[name].default
        assert default is not None, f"{self._template.path.name}: {name} is not given"
        return evaluate(default, self._names)

    def _instances(self, declared: Declared, body: Node, names: Names, make: Value) -> Value:
        """One, a list of them, or None if the condition says that there is none."""
        if body.type == "for_statement":
            return [
                self._instances(declared, inner, bound, make)
                for inner, bound in iterations(body, names)
            ]
        if body.type == "if_statement":
            condition, inner = condition_and_body(body)
            if not evaluate(condition, names):
                return None
            return self._instances(declared, inner, names, make)
        return make(declared, evaluate(body, names))

    def _module(self, declared: Declared, body: Mapping[str, Value]) -> Module:
        path = (self._template.path.parent / declared.of).resolve()
        given = body.get("params", {})
        refused = refusals(read(path), given)
        assert not refused, f"{declared.of}: {refused}"
        deployed = Deployment(read(path), given)
        return Module(outputs=deployed.outputs, resources=deployed.resources)


def deploy(parameters: Mapping[str, Value], path: Path = MAIN) -> Deployment:
    return Deployment(read(path), parameters)


def _resource(declared: Declared, body: Mapping[str, Value]) -> Resource:
    kind, version = declared.of.split("@")
    return Resource(type=kind, api_version=version, body=body, existing=declared.existing)


def _listed(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
