"""What a PowerShell script consists of, by tree-sitter's grammar; nothing is run here."""

from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from tests.infra.bicep.syntax import named, text, walk

_PARSER = Parser(Language(tree_sitter_powershell.language()))

# Members of types, by those that .NET Framework has, on which PowerShell 5.1 runs.
_STATIC_MEMBERS = {
    "[Convert]::ToBase64String",
    "[Environment]::GetEnvironmentVariable",
    "[IO.File]::WriteAllText",
    "[IO.Path]::GetTempFileName",
    "[Security.Cryptography.RandomNumberGenerator]::Create",
    "[byte[]]::new",
    "[regex]::Matches",
}
# Parameters that came after 5.1. PowerShell takes any beginning of a name that fits one alone.
_NEWER_PARAMETERS = (
    *("-AsByteStream", "-AsHashtable", "-NoEnumerate", "-Parallel", "-SkipCertificateCheck"),
    *("-SkipHttpErrorCheck", "-StatusCodeVariable", "-AdditionalChildPath", "-Extension"),
)
_NEWER_VARIABLES = {"$IsWindows", "$IsLinux", "$IsMacOS", "$IsCoreCLR"}
_NEWER_COMMANDS = {"Get-Error", "Join-String", "Test-Json"}


def is_well_formed(source: bytes) -> bool:
    """By a grammar that knows neither `? :` nor `??` nor `?.`, as 5.1 does not."""
    return not _PARSER.parse(source).root_node.has_error


def commands(source: bytes, program: str) -> Iterator[list[str]]:
    """The command lines of one program, word by word as written, without the program's name."""
    for node in walk(_PARSER.parse(source).root_node):
        words = text(node).split() if node.type == "command" else []
        if words[:1] == [program]:
            yield words[1:]


def needs_seven(source: bytes) -> list[str]:
    """What PowerShell 5.1 does not have, or may not have, in a script that is well formed."""
    return [text(node) for node in walk(_PARSER.parse(source).root_node) if _is_newer(node)]


def _is_newer(node: Node) -> bool:
    match node.type:
        case "pipeline_chain_tail":
            return True
        case "variable":
            return text(node) in _NEWER_VARIABLES
        case "command_name":
            return text(node) in _NEWER_COMMANDS
        case "command_parameter":
            return len(text(node)) > 2 and any(
                each.lower().startswith(text(node).lower()) for each in _NEWER_PARAMETERS
            )
        case "invokation_expression" | "member_access":
            parts = [text(each) for each in named(node)]
            return "::" in map(text, node.children) and "::".join(parts[:2]) not in _STATIC_MEMBERS
        case "command":
            return _joins_three(text(node).split())
    return False


def _joins_three(words: list[str]) -> bool:
    return words[0] == "Join-Path" and len(words) > 3
