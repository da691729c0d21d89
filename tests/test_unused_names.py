"""Every name that a module defines is used there or in another module.

Vulture takes a name for used if it occurs anywhere. It finds no name without a use if another
module has the same one, and it takes no notice of constants that begin with an underscore.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from devhost.process import REPOSITORY
from tests.module_names import ModuleNames

PRODUCT = ("bench", "cli", "devhost", "release", "shared")
KEPT = {
    "devhost.process.HostProcess": "tests are the ones that start hosts",
    "function_app.failure": "why the app did not load, for the local host",
    "shared.audit.schemas.touchstone_row.COLUMNS": "for who makes a table for our rows",
    "shared.cose._Ps384Key": "fido2 looks through the subclasses of CoseKey",
    "shared.cose._Ps512Key": "fido2 looks through the subclasses of CoseKey",
    "touchstone.postgresql.kept": "for programs that connect with psycopg",
    "touchstone.postgresql.use_tokens": "for programs that connect with psycopg",
}


@cache
def every_module() -> dict[str, ModuleNames]:
    folders = [REPOSITORY / folder for folder in (*PRODUCT, "tests")]
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    ours = [path for path in paths if "node_modules" not in path.parts]
    return {_name(path): ModuleNames(path) for path in [*ours, REPOSITORY / "function_app.py"]}


def _name(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__").removeprefix("cli.")


def unused(modules: Mapping[str, ModuleNames]) -> set[str]:
    """The names that they define and none of them uses."""
    taken = {name for module in modules.values() for name in module.taken}
    return {
        f"{module}.{name}"
        for module, names in modules.items()
        for name in names.defined - names.read
        if f"{module}.{name}" not in taken
    }


def _of_tests(name: str) -> bool:
    return name.startswith("tests.")


def test_the_product_uses_every_name_that_it_defines() -> None:
    """A name that only tests use is unused."""
    product = {name: each for name, each in every_module().items() if not _of_tests(name)}
    assert unused(product) == KEPT.keys()


def test_tests_use_every_name_that_they_define() -> None:
    assert {name for name in unused(every_module()) if _of_tests(name)} == set()


def test_an_unused_name_is_found(tmp_path: Path) -> None:
    sources = {
        "one": "import two\nfrom three import b as c\nfrom four import _D\nused = c, two.a, _D\n",
        "two": "def a(): ...\ndef b(): ...\nclass E: ...\n_F: int = 1\ntype G = int\n",
        "three": "@app.route('x')\ndef a(): ...\ndef b(): ...\nasync def d(): return d\n",
        "four": "_D = _G = 1\n__all__ = ['_G']\n",
    }
    modules = {}
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        modules[name] = ModuleNames(tmp_path / f"{name}.py")
    assert unused(modules) == {"one.used", "two.b", "two.E", "two._F", "two.G", "four._G"}
