"""How azd fills in a file of parameters, read from its source: `loadParameters` and
`armParameterFileValue` in `cli/azd/pkg/infra/provisioning/bicep/bicep_provider.go` of
github.com/Azure/azure-dev, 1.23.4 and later, with github.com/drone/envsubst 1.0.3.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

type Value = Any

# Of the forms that envsubst knows. A default ends at the first brace.
_PLACE = re.compile(r"\$\{(\w+)(?:=([^}]*))?\}")
_TRUTHS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "FALSE", "false", "False"), False
)


def kind(declared: str) -> str:
    """The type in ARM of a type in Bicep."""
    if declared.endswith("[]"):
        return "array"
    if declared.startswith("{"):
        return "object"
    if "|" in declared:
        return "string" if "'" in declared else "int"
    return declared


def value(written: str, of: str, environment: Mapping[str, str]) -> Value:
    """None: azd leaves the parameter out. Then the default of the template applies, or, if there
    is none, azd asks.
    """
    if of in ("array", "object"):
        filled = _filled(written, environment)
        return json.loads(filled) if filled or _all_set(written, environment) else None
    # The text is in its place before the JSON around it is read.
    filled = json.loads(_filled(json.dumps(written), environment))
    match of:
        case "bool":
            return _TRUTHS.get(filled)
        case "int":
            return int(filled) if re.fullmatch(r"[+-]?[0-9]+", filled) else None
        case "string":
            # An empty text is passed on only if the template's default is another text.
            return filled or None
    raise ValueError(of)


def _filled(text: str, environment: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: environment.get(found[1]) or found[2] or "", text)


def _all_set(text: str, environment: Mapping[str, str]) -> bool:
    return all(found[1] in environment for found in _PLACE.finditer(text))
