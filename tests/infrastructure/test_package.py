"""An archive holds what its function reaches and needs: no less, no more, and the same bytes every time."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import grimp
import pytest

from infrastructure.tools import discovery
from infrastructure.tools.discovery import ROOT, Function
from infrastructure.tools.package import command, lock, requirements
from infrastructure.tools.package.archive import Archive, pack
from infrastructure.tools.package.reach import Tree, adapters

LOCK = requirements.pins(requirements.LOCK)
IMPORTS = Path(__file__).parent / "import_modules.py"


@pytest.fixture(scope="module", name="functions")
def _functions() -> dict[str, Function]:
    return discovery.discover()


@pytest.fixture(scope="module", name="archives")
def _archives(functions: Mapping[str, Function]) -> dict[str, Archive]:
    tree = Tree(ROOT)
    return {name: pack(function, tree, LOCK) for name, function in functions.items()}


def needed(archive: Archive) -> frozenset[str]:
    """The packages of its requirements.txt."""
    lines = archive.content["requirements.txt"].decode().splitlines()
    return frozenset(line.partition("==")[0] for line in lines if "==" in line)


def copy_of_the_tree(folder: Path) -> Path:
    for name in ("common", "functions", "infrastructure"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "samples", ".terraform")
        )
    return folder


def test_the_same_source_makes_the_same_bytes_wherever_and_whenever_it_is_packed(
    functions: dict[str, Function], archives: dict[str, Archive], tmp_path: Path
):
    elsewhere = copy_of_the_tree(tmp_path)
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    tree = Tree(elsewhere)
    for name in sorted(functions):
        again = pack(functions[name], tree, LOCK)
        assert again.data() == archives[name].data()
        assert again.name() == archives[name].name()


def test_an_archive_says_neither_when_nor_by_whom_it_was_made(archives: dict[str, Archive]):
    with zipfile.ZipFile(io.BytesIO(archives["login"].data())) as opened:
        entries = opened.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


@pytest.mark.parametrize(
    "changed",
    [
        "common/domain/accounts/passwords.py",
        "common/domain/documents/read_pdf.py",
        "common/domain/tutoring/prompts/answer-1.md",
        "common/adapters/gcp/smtp.py",
        "common/assets/console/app.js",
        "functions/login/main.py",
        "common/adapters/local/sqlite.py",
    ],
)
def test_a_changed_file_changes_the_archives_that_reach_it_and_no_other(
    functions: dict[str, Function], archives: dict[str, Archive], tmp_path: Path, changed: str
):
    root = copy_of_the_tree(tmp_path)
    with (root / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    tree = Tree(root)
    differs = {name for name in functions if pack(functions[name], tree, LOCK).name() != archives[name].name()}
    mains = {name for name in functions if changed == f"functions/{name}/main.py"}
    assert differs == mains | {name for name in functions if changed in archives[name].content}
    assert len(differs) < len(functions)
    assert bool(differs) is ("local" not in changed)


def test_modules_are_those_that_the_linters_import_graph_finds_and_those_of_new_processes(
    functions: dict[str, Function], archives: dict[str, Archive]
):
    graph = grimp.build_graph("common", "functions", cache_dir=None, exclude_type_checking_imports=True)
    found_by_text = set()
    for name, function in functions.items():
        found = with_all_it_imports(graph, {f"functions.{name}.main", *adapters(function)})
        python = [path for path in archives[name].content if path.startswith("common") and path.endswith(".py")]
        held = {path[:-3].replace("/", ".").removesuffix(".__init__") for path in python}
        assert found - held == set()
        processes = {module for module in held - found if starts_a_process(module)}
        assert held == with_all_it_imports(graph, processes | found)
        found_by_text |= processes
    assert "common.domain.documents.extraction_process" in found_by_text


def with_all_it_imports(graph: grimp.ImportGraph, modules: set[str]) -> set[str]:
    """These modules of common, the packages that they are in, and what all of them import."""
    seen: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        seen.add(module)
        above = {module.rpartition(".")[0]} if module.startswith("common.") else set()
        waiting |= (graph.find_modules_directly_imported_by(module) | above) - seen
    return {module for module in seen if module.startswith("common")}


def starts_a_process(module: str) -> bool:
    file = (ROOT / module.replace(".", "/")).with_suffix(".py")
    return file.is_file() and '__name__ == "__main__"' in file.read_text(encoding="utf-8")


def test_no_archive_holds_a_local_adapter_a_test_or_what_only_configures_tools(
    functions: dict[str, Function], archives: dict[str, Archive]
):
    for name, archive in archives.items():
        own = {"main.py", "requirements.txt", *functions[name].declaration.assets}
        for path in archive.content:
            assert not path.startswith(("common/adapters/local", "tests", "functions")), f"{name}: {path}"
            assert path in own or path.startswith("common/")
            assert not path.endswith((".pyc", ".toml", ".tf"))


def test_an_adapter_is_carried_where_its_port_is_declared_and_nowhere_else(archives: dict[str, Archive]):
    assert "common/adapters/gcp/firestore.py" in archives["login"].content
    assert "common/adapters/gcp/cloud_tasks.py" not in archives["login"].content
    assert "common/adapters/gcp/cloud_tasks.py" in archives["register"].content
    assert not [path for path in archives["status"].content if "adapters/gcp" in path]


def test_packages_are_those_that_are_imported_and_what_they_bring_along(archives: dict[str, Archive]):
    assert {"functions-framework", "pydantic", "flask"} <= needed(archives["status"])
    assert not {"openai", "grpcio", "google-cloud-firestore", "pypdfium2"} & needed(archives["status"])
    assert "google-cloud-firestore" in needed(archives["login"])
    assert "google-cloud-tasks" not in needed(archives["login"])
    assert {"pypdfium2", "python-docx", "python-pptx", "lxml"} <= needed(archives["document_extract"])
    assert not {"openai", "tzdata"} & needed(archives["document_extract"])
    assert "tzdata" in needed(archives["register"]), "the time zones of learners"


def test_every_package_comes_with_its_pin_and_hashes(archives: dict[str, Archive]):
    pinned = requirements.pins()
    for archive in archives.values():
        said = archive.content["requirements.txt"].decode().replace("\\\n", "")
        for line in said.splitlines()[1:]:
            package = line.partition("==")[0]
            assert line.split()[0] == pinned[package]
            assert line.count("--hash=sha256:") >= 1


def test_every_module_of_every_archive_imports_where_only_its_packages_are(
    archives: dict[str, Archive], tmp_path: Path
):
    """Each module is imported over the fewest packages that an archive with it has: over more it does so too.

    That an archive holds all modules that its own import is shown above, and by starting each (tests/e2e).
    """
    holders: dict[str, set[str]] = defaultdict(set)
    for name, archive in archives.items():
        for path in archive.content:
            holders[f"main_{name}.py" if path == "main.py" else path].add(name)
    packages_of = {name: needed(archive) for name, archive in archives.items()}
    imported: dict[frozenset[str], list[str]] = defaultdict(list)
    for path, names in holders.items():
        sets = {packages_of[name] for name in names}
        for packages in sets if path.endswith(".py") else ():
            if not any(fewer < packages for fewer in sets):
                imported[packages].append(path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    folders = {package: linked(package, tmp_path / "packages") for package in frozenset().union(*imported)}
    for number, (packages, modules) in enumerate(imported.items()):
        place = tmp_path / "archives" / str(number)
        for name in (name for name, own in packages_of.items() if own == packages):
            unpack(archives[name], place, main=f"main_{name}.py")
        paths = json.dumps([str(place), *(str(folders[one]) for one in sorted(packages))])
        code = [sys.executable, "-I", "-S", str(IMPORTS), paths]
        ran = subprocess.run([*code, *sorted(modules)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr


def unpack(archive: Archive, folder: Path, main: str) -> None:
    for path, content in archive.content.items():
        place = folder / (main if path == "main.py" else path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def linked(package: str, folder: Path) -> Path:
    """A folder in which an installed package is, and nothing else."""
    made = folder / package
    for file in metadata.distribution(package).files or []:
        if ".." not in file.parts:
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(file.locate(), made / file)
    return made


SOURCE = """
    from __future__ import annotations
    from typing import TYPE_CHECKING
    import zoneinfo
    from google.cloud import storage
    if TYPE_CHECKING:
        from common.typed import Only
    else:
        from common.untyped import Only
    RUN = "import sys\\nfrom common.program import main\\nmain()"
    NEW = ("-m", "common.named")
    def later():
        from common.lazy import it
        from common import errors
"""


def test_what_no_import_at_the_top_shows_is_found(tmp_path: Path):
    for name in ("typed", "untyped", "program", "named", "lazy", "errors", "unused"):
        write(tmp_path / "common" / f"{name}.py", "")
    write(tmp_path / "common" / "__init__.py", "")
    write(tmp_path / "functions" / "free" / "main.py", SOURCE)
    write(tmp_path / "common" / "untyped.py", 'import pathlib\nHERE = pathlib.Path(__file__).parent / "words"\n')
    write(tmp_path / "common" / "words" / "de.txt", "ja")
    write(tmp_path / "common" / "words" / "made.py", "")
    function = Function("free", ROOT / "functions" / "free", discovery.discover()["status"].declaration)
    reached = Tree(tmp_path).reach(function)
    found = ("__init__.py", "errors.py", "lazy.py", "named.py", "program.py", "untyped.py", "words/de.txt")
    assert reached.files == {f"common/{name}" for name in found}
    assert requirements.packages(reached.imports) == requirements.packages({"google.cloud.storage", "tzdata"})


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")


def test_a_module_of_no_pinned_package_cannot_be_packed():
    with pytest.raises(LookupError, match=r"no installed package of requirements\.txt has the module pytest"):
        requirements.packages({"pytest"})


def test_a_package_that_the_lock_lacks_is_named_with_the_command_to_run():
    with pytest.raises(LookupError, match=r"is not in requirements\.lock: run `python -m infrastructure\.tools lock`"):
        requirements.text({"flask"}, {})


def test_the_command_writes_the_archives_and_which_is_whose(
    archives: dict[str, Archive], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert command.main(["login", "status", "--out", str(tmp_path / "out")]) == 0
    index = json.loads((tmp_path / "out" / "archives.json").read_text())
    assert index == {name: archives[name].name() for name in ("login", "status")}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*index.values(), "archives.json"}
    assert (tmp_path / "out" / index["login"]).read_bytes() == archives["login"].data()
    assert command.main(["nothing"]) == 1
    assert "There is no function nothing; there are " in capsys.readouterr().err


def test_the_lock_is_written_from_what_pip_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = dict.fromkeys(requirements.pins(), "ab" * 32)
    other = {**found, "pydantic-core": "cd" * 32}
    written = lock.text([found, found, other])
    assert f"pydantic=={metadata.version('pydantic')} \\\n    --hash=sha256:{'ab' * 32}\n" in written
    core = f"pydantic-core=={metadata.version('pydantic-core')}"
    assert f"{core} \\\n    --hash=sha256:{'ab' * 32} \\\n    --hash=sha256:{'cd' * 32}\n" in written
    (tmp_path / "lock").write_text(written)
    assert set(requirements.pins(tmp_path / "lock")) == set(requirements.pins())
    monkeypatch.setattr(lock, "LOCK", tmp_path / "made")
    monkeypatch.setattr(lock, "report", lambda python: found)
    assert lock.main([]) == 0
    assert (tmp_path / "made").read_text() == lock.text([found])
    assert lock.main(["more"]) == 2
