"""What a command of the Azure CLI prints of its answer, by --query and --output."""

import json

import jmespath


def text_of(answer: object, query: str | None, output: str) -> str:
    if query is not None:
        answer = jmespath.search(query, answer)
    if answer is None or output == "none":
        return ""
    if output == "tsv":
        return "".join(f"{line}\n" for line in _tab_separated(answer))
    return f"{json.dumps(answer, indent=2)}\n"


def _tab_separated(answer: object) -> list[str]:
    rows = answer if isinstance(answer, list) else [answer]
    return ["\t".join(map(_cell, row if isinstance(row, list) else [row])) for row in rows]


def _cell(value: object) -> str:
    return "" if value is None else str(value)
