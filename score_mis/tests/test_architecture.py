"""The house keeps its shape: arrows point one way, one function writes `status`, nothing works behind one's back.

Every module is read as a syntax tree, so that nothing needs to be imported or run.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LAYERS = [
    "score_mis.lib",
    "accounts",
    "enterprises",
    "training",
    "suggestions",
    "hazards",
    "practices",
    "reports",
    "sheets",
    "publications",
    "meetings",
    "reminders",
]
APPS = LAYERS[1:]
WORKFLOW = "score_mis/lib/workflow.py"
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "signals.py"}
SIGNALS = {
    "receiver",
    "pre_save",
    "post_save",
    "pre_delete",
    "post_delete",
    "m2m_changed",
    "pre_init",
    "post_init",
}
GENERIC = {"GenericForeignKey", "GenericRelation"}


def modules():
    """Every module of ours but tests and migrations, by its path."""
    found = {}
    for folder in ["score_mis", *APPS]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "tests" not in parts and "migrations" not in parts:
                found[path.relative_to(ROOT).as_posix()] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def layer_of(name):
    """The layer a dotted name or path belongs to; None for what may see everything or is not ours."""
    dotted = name.removesuffix(".py").replace("/", ".")
    return next((layer for layer in LAYERS if dotted == layer or dotted.startswith(f"{layer}.")), None)


def imported(tree, path=""):
    """The dotted names a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = path.split("/")[: -node.level]
                base = ".".join([*package, *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_arrows(path, tree):
    """The imports of a module that point to a later layer."""
    own = layer_of(path)
    if own is None:
        return []
    allowed = set(LAYERS[: LAYERS.index(own) + 1])
    return sorted({name for name in imported(tree, path) if (layer_of(name) or own) not in allowed})


def hidden_imports(tree):
    """The lines of imports inside functions."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return sorted(
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, functions)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    )


def status_writes(tree):
    """The lines that write a status: `x.status =`, `setattr(x, "status", …)`, `update(status=…)`, bulk_update."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [leaf for target in targets for leaf in ast.walk(target)]
            found += [
                node.lineno for leaf in flat if isinstance(leaf, ast.Attribute) and leaf.attr == "status"
            ]
        elif isinstance(node, ast.Call) and writes_status(node):
            found.append(node.lineno)
    return sorted(found)


def writes_status(call):
    """Whether a call writes a status."""
    name = called(call)
    texts = {
        leaf.value
        for leaf in ast.walk(call)
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
    }
    given = {keyword.arg for keyword in call.keywords}
    if name in {"update", "update_or_create", "create", "get_or_create"}:
        on_rows = isinstance(call.func, ast.Attribute)
        return on_rows and ("status" in given or (name.startswith("update_or") and "status" in texts))
    if name in {"setattr", "bulk_update", "save"}:
        return "status" in texts
    return False


def called(call):
    """The name of the function or method that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def names(tree):
    """Every name that is read, imported or looked up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rsplit(".", 1)[-1]


def offenders(reader, paths=MODULES):
    """The modules in which a reader finds something, with what it finds."""
    found = {path: reader(path, MODULES[path]) for path in paths}
    return {path: what for path, what in found.items() if what}


def listening(path, tree):
    """The signals and generic links a module uses."""
    used = set(names(tree)) & (SIGNALS | GENERIC)
    return sorted(used | ({"django.dispatch"} & set(imported(tree, path))))


def test_arrows_point_one_way():
    assert offenders(wrong_arrows) == {}


def test_no_import_hides_in_a_function():
    assert offenders(lambda path, tree: hidden_imports(tree)) == {}


def test_only_the_workflow_writes_status():
    assert offenders(lambda path, tree: status_writes(tree), set(MODULES) - {WORKFLOW}) == {}


def test_the_workflow_writes_status_once():
    assert len(status_writes(MODULES[WORKFLOW])) == 1


def test_nothing_listens_behind_ones_back():
    assert offenders(listening) == {}


def test_no_module_is_a_drawer_for_everything():
    assert [path for path in MODULES if Path(path).name in BANNED_NAMES] == []


def test_settings_addresses_and_celery_name_apps_only_as_strings():
    own = [path for path in MODULES if path.startswith("score_mis/") and layer_of(path) is None]
    assert own
    for path in own:
        assert [name for name in imported(MODULES[path], path) if layer_of(name) in APPS] == [], path


def test_there_is_something_to_read():
    for layer in LAYERS:
        assert any(layer_of(path) == layer for path in MODULES), layer


# The readers themselves see what they should.


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        (
            "accounts/views.py",
            "from enterprises.models import Role",
            ["enterprises.models", "enterprises.models.Role"],
        ),
        ("suggestions/models.py", "import hazards.models", ["hazards.models"]),
        ("suggestions/models.py", "from .forms import X", []),
        ("suggestions/views.py", "from training import models", []),
        ("score_mis/lib/dates.py", "def f():\n    import accounts", ["accounts"]),
        ("score_mis/lib/dates.py", "from ...reports import x", ["reports", "reports.x"]),
        ("score_mis/settings.py", "import reports", []),
        ("reports/tasks.py", "from hazards import models\nimport score_mis.lib.dates", []),
    ],
)
def test_the_reader_sees_wrong_arrows(path, source, found):
    assert wrong_arrows(path, ast.parse(source)) == found


def test_the_reader_sees_hidden_imports():
    assert hidden_imports(ast.parse("import a\nclass B:\n    def c(self):\n        from d import e")) == [4]
    assert hidden_imports(ast.parse("if X:\n    import a")) == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("record.status = 'void'", True),
        ("a.b.status, c = 1, 2", True),
        ("record.status: str = 'void'", True),
        ("setattr(record, 'status', 'void')", True),
        ("Suggestion.objects.filter(pk=1).update(status='void')", True),
        ("Suggestion.objects.update_or_create(pk=1, defaults={'status': 'void'})", True),
        ("Suggestion.objects.create(status='void')", True),
        ("Suggestion.objects.bulk_update(rows, ['status'])", True),
        ("record.save(update_fields=['status'])", True),
        ("status = record.status", False),
        ("status = models.CharField()", False),
        ("record.status_label", False),
        ("Suggestion.objects.filter(status='void')", False),
        ("rows.update(until_on=day)", False),
        ("values = dict(status='void')", False),
    ],
)
def test_the_reader_sees_writes_of_status(source, seen):
    assert bool(status_writes(ast.parse(source))) is seen
