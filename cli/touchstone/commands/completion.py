"""`touchstone completion`: what a shell needs to complete commands and options."""

from argparse import ArgumentParser
from collections.abc import Mapping

from touchstone.console import Console

SHELLS = ("bash", "zsh", "fish")


def run(console: Console, shell: str, words: Mapping[str, list[str]]) -> None:
    """`words` are the options, by their command; those of all are under the empty name."""
    text = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](words)
    console.result({"shell": shell, "script": text}, text)


def words_of(
    parser: ArgumentParser, commands: Mapping[str, ArgumentParser]
) -> dict[str, list[str]]:
    found = {"": _options(parser)}
    return found | {name: _options(each) for name, each in commands.items()}


def _options(parser: ArgumentParser) -> list[str]:
    texts = parser.format_usage().replace("[", " ").replace("]", " ").split()
    return sorted({text for text in texts if text.startswith("--")} | {"--help"})


def _bash(words: Mapping[str, list[str]]) -> str:
    names = " ".join(filter(None, words))
    cases = "\n".join(
        f"        {name}) options='{' '.join(options)}' ;;"
        for name, options in words.items()
        if name
    )
    return f"""_touchstone() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} command='' options word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case " {names} " in *" $word "*) command=$word; break ;; esac
    done
    case $command in
{cases}
        *) options='{names} {" ".join(words[""])}' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}}
complete -o default -F _touchstone touchstone"""


def _zsh(words: Mapping[str, list[str]]) -> str:
    return f"autoload -Uz bashcompinit && bashcompinit\n{_bash_for_zsh(words)}"


def _bash_for_zsh(words: Mapping[str, list[str]]) -> str:
    """zsh has no mapfile."""
    return _bash(words).replace(
        'mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")',
        'COMPREPLY=( $(compgen -W "$options" -- "$current") )',
    )


def _fish(words: Mapping[str, list[str]]) -> str:
    names = " ".join(filter(None, words))
    lines = [f"complete -c touchstone -n '__fish_use_subcommand' -f -a '{names}'"]
    for name, options in words.items():
        when = f"__fish_seen_subcommand_from {name}" if name else "__fish_use_subcommand"
        lines += [f"complete -c touchstone -n '{when}' -l {each[2:]}" for each in options]
    return "\n".join(lines)
