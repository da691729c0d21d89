"""The JSON Schema of profiles, as it is published."""

from functools import cache
from importlib import resources

from shared.access.profiles.json_schemas import JsonSchema
from shared.json_shape import parse_object


@cache
def published_schema() -> bytes:
    return resources.files(__package__).joinpath("schema.json").read_bytes()


@cache
def profile_schema() -> JsonSchema:
    return JsonSchema(parse_object(published_schema()))
