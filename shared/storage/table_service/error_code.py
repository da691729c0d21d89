"""Why storage refused a request. Pure."""

import re

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.entities import read_json

_CODE = re.compile(r"[A-Za-z]{1,60}")


def code_of(answer: Answer) -> str | None:
    """None if the answer does not say it, as that of a proxy."""
    try:
        code = read_json(answer.content)["odata.error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
