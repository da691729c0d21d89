"""`python -m tests.infra.schemas.extract CLONE`: what Azure says its resources look like.

CLONE is a clone of https://github.com/Azure/bicep-types-az, from which the Bicep compiler has its
types. Names of properties, what is required or read-only, and allowed values go into
`resources.json`, for the resource types that the templates declare; nothing else.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.infra.bicep.syntax import resource_types

SCHEMAS = Path(__file__).parent / "resources.json"
_REQUIRED, _READ_ONLY = 1, 2
_PRIMITIVES = {"StringType": "string", "IntegerType": "int", "BooleanType": "bool"}

type Json = Any


def main(clone: str) -> None:
    wanted = resource_types()
    found = dict(sorted(_find(clone, wanted)))
    missing = wanted - set(found)
    if missing:
        sys.exit(f"not in the clone: {', '.join(sorted(missing))}")
    commit = _git(clone, "rev-parse", "HEAD").strip()
    content = {"source": f"https://github.com/Azure/bicep-types-az/tree/{commit}"} | found
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    SCHEMAS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _find(clone: str, wanted: set[str]) -> Iterator[tuple[str, Json]]:
    for path in _git(clone, "ls-tree", "-r", "--name-only", "HEAD", "generated").splitlines():
        if not path.endswith("/types.json") or not _may_hold(path, wanted):
            continue
        types = json.loads(_git(clone, "show", f"HEAD:{path}"))
        for declared in types:
            if declared["$type"] == "ResourceType" and declared["name"] in wanted:
                yield declared["name"], _Shape(types).of(declared["body"], ())


def _may_hold(path: str, wanted: set[str]) -> bool:
    *_, provider, version, _ = path.split("/")
    return any(
        name.lower().startswith(f"{provider}/") and name.endswith(f"@{version}") for name in wanted
    )


class _Shape:
    """Follows references; leaves out recursive and read-only parts."""

    def __init__(self, types: list[Json]) -> None:
        self._types = types

    def of(self, reference: Json, above: tuple[int, ...]) -> Json:
        index = int(reference["$ref"].removeprefix("#/"))
        if index in above:
            return "any"
        return self._written(self._types[index], (*above, index))

    def _written(self, declared: Json, above: tuple[int, ...]) -> Json:
        match declared["$type"]:
            case "ObjectType":
                return self._object(declared, above)
            case "DiscriminatedObjectType":
                return self._discriminated(declared, above)
            case "ArrayType":
                return {"items": self.of(declared["itemType"], above)}
            case "UnionType":
                return _union([self.of(each, above) for each in declared["elements"]])
            case "StringLiteralType":
                return {"values": [declared["value"]]}
            case other:
                return _PRIMITIVES.get(other, "any")

    def _object(self, declared: Json, above: tuple[int, ...]) -> Json:
        shape: Json = {"properties": self._properties(declared["properties"], above)}
        if "additionalProperties" in declared:
            shape["others"] = self.of(declared["additionalProperties"], above)
        return shape

    def _discriminated(self, declared: Json, above: tuple[int, ...]) -> Json:
        base = self._properties(declared.get("baseProperties", {}), above)
        cases = {
            value: _with_base(base, self.of(each, above))
            for value, each in declared["elements"].items()
        }
        return {"by": declared["discriminator"], "cases": cases}

    def _properties(self, properties: Json, above: tuple[int, ...]) -> Json:
        return {name: self._property(each, above) for name, each in properties.items()}

    def _property(self, declared: Json, above: tuple[int, ...]) -> Json:
        if declared["flags"] & _READ_ONLY:
            return "read-only"
        shape = self.of(declared["type"], above)
        return {"required": shape} if declared["flags"] & _REQUIRED else shape


def _with_base(base: Json, shape: Json) -> Json:
    return shape | {"properties": base | shape["properties"]}


def _union(shapes: list[Json]) -> Json:
    """Azure's enumerations are open to what comes later: "or a string" is left out."""
    values = [value for each in shapes if isinstance(each, dict) for value in each["values"]]
    return {"values": values} if values else "string"


def _git(clone: str, *arguments: str) -> str:
    command = ["git", "-C", clone, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(sys.argv[1])
