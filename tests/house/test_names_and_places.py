"""Where things are, and what they are called."""

import ast
import re

from tests.house.tree import ROOT, files, imports, parsed, place

VAGUE = {"util", "utils", "helper", "helpers", "manager", "base", "misc"}
PRODUCTS = {"secret_manager"}
FUNCTIONS = sorted(path for path in (ROOT / "functions").glob("*") if path.is_dir() and path.name != "__pycache__")


def test_file_names_say_what_the_file_holds():
    named = [path for path in files("*.py") if path.stem not in PRODUCTS]
    assert [place(path) for path in named if VAGUE & set(path.stem.strip("_").split("_"))] == []


def test_a_function_folder_holds_one_main_and_nothing_else():
    held = {path.name: sorted(each.name for each in path.iterdir() if each.name != "__pycache__") for path in FUNCTIONS}
    assert [name for name, content in held.items() if content != ["main.py"]] == []


def test_a_main_is_a_declaration_of_at_most_sixty_lines():
    long = [place(path) for path in files("functions/*/main.py") if path.read_text().count("\n") > 60]
    assert long == []


def test_folder_handler_and_entry_point_share_one_name():
    strangers = []
    for path in files("functions/*/main.py"):
        names = {node.name for node in parsed(path).body if isinstance(node, ast.FunctionDef)}
        for node in parsed(path).body:
            if isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if path.parent.name not in names:
            strangers.append(place(path))
    assert strangers == []


def test_a_main_names_its_routes_in_its_docstring():
    silent = []
    for path in files("functions/*/main.py"):
        tree = parsed(path)
        said = ast.get_docstring(tree) or ""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
                    path_of_route = str(first.value) if isinstance(first, ast.Constant) else ""
                    if path_of_route.startswith("/") and path_of_route not in said:
                        silent.append(f"{place(path, node.lineno)}: {path_of_route}")
    assert silent == []


def test_a_subject_s_private_modules_stay_its_own():
    broken = []
    for path in files("common/*.py", "functions/*.py", "infrastructure/*.py"):
        for line, name in imports(parsed(path)):
            private = re.match(r"common\.domain\.(\w+)\.(?:\w+\.)*_\w+", name)
            if private and f"common/domain/{private[1]}/" not in path.as_posix():
                broken.append(f"{place(path, line)}: {name}")
    assert broken == []


def test_a_subject_says_what_it_is_and_imports_nothing():
    for path in files("common/domain/*/__init__.py"):
        tree = parsed(path)
        assert ast.get_docstring(tree), place(path)
        assert len(tree.body) == 1, f"{place(path)}: one docstring and nothing else"


def test_every_folder_of_code_is_a_package_but_those_of_functions():
    code = [path.parent for path in files("common/*.py", "infrastructure/*.py") if path.name != "main.py"]
    bare = {place(folder) for folder in code if not (folder / "__init__.py").exists()}
    assert bare == set(), "import-linter and the packager see packages only"
