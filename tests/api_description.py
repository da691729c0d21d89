"""The API description that a host serves, and whether a reply is as it says."""

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

type Json = Mapping[str, Any]

_ROOT = "urn:touchstone:openapi"


class ApiDescription:
    def __init__(self, document: Json) -> None:
        self.document = document
        resource = DRAFT202012.create_resource(document)
        self._registry = Registry[Any]().with_resource(_ROOT, resource)

    @property
    def operations(self) -> set[tuple[str, str]]:
        """Methods in upper case, and path templates."""
        return {
            (method.upper(), path)
            for path, operations in self.document["paths"].items()
            for method in operations
        }

    def check(
        self, method: str, path: str, *, status: int, headers: Mapping[str, str], body: object
    ) -> None:
        """`body` is the JSON value or the text; fail unless all of it is described.

        HEAD is described by its GET, and has its headers.
        """
        if method == "HEAD":
            assert not body
            self._check_head(path, status=status, headers=headers)
            return
        template = self._template(method, path)
        if template is None:
            assert status in {204, 404, 405}, f"{method} {path} is not described, yet {status}"
            return
        responses = self._responses(method, template)
        assert str(status) in responses, f"{method} {path} is not said to answer {status}"
        pointer = f"/paths/{_escape(template)}/{method.lower()}/responses/{status}"
        response = responses[str(status)]
        if "$ref" in response:
            pointer = response["$ref"].removeprefix("#")
            response = self.document["components"]["responses"][pointer.rpartition("/")[2]]
        for name, header in response.get("headers", {}).items():
            missing = header.get("required", False) and name not in headers
            assert not missing, f"{method} {path} answers {status} without {name}"
        self._check_body(response, pointer, headers=headers, body=body)

    def _responses(self, method: str, template: str) -> Json:
        responses: Json = self.document["paths"][template][method.lower()]["responses"]
        return responses

    def _check_head(self, path: str, *, status: int, headers: Mapping[str, str]) -> None:
        template = self._template("GET", path)
        if template is None:
            assert status in {404, 405}, f"HEAD {path} is not described, yet {status}"
        else:
            assert str(status) in self._responses("GET", template), (path, status, headers)

    def _check_body(
        self, response: Json, pointer: str, *, headers: Mapping[str, str], body: object
    ) -> None:
        if "content" not in response:
            assert not body
            return
        media_type = headers["Content-Type"].partition(";")[0]
        assert media_type in response["content"]
        schema = {"$ref": f"{_ROOT}#{pointer}/content/{_escape(media_type)}/schema"}
        Draft202012Validator(schema, registry=self._registry).validate(body)

    def _template(self, method: str, path: str) -> str | None:
        for described, template in self.operations:
            if described == method and re.fullmatch(_pattern(template), path.partition("?")[0]):
                return template
        return None


def _pattern(template: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))


def _escape(part: str) -> str:
    """As a part of a JSON pointer (RFC 6901) in a URI fragment."""
    escaped = part.replace("~", "~0").replace("/", "~1")
    return escaped.replace("{", "%7B").replace("}", "%7D")
