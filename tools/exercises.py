"""Divide the solution of an exercise into what is given, what a student writes, and what checks it.

The programs are those of the hidden solutions in the chapters; tests/tasks/ says which of their names a
student is asked for. Nothing of a solution is kept twice.
"""

import ast
import builtins
import importlib
import re
import sys
import textwrap
from dataclasses import dataclass

from programs import Statement, bound_by, changed_by, read_by, statements
from toc import ROOT

sys.path.append(str(ROOT / "tests"))
from solutions import solutions

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN, SHOWN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
EFFECTS = (ast.For, ast.While, ast.With, ast.Expr)  # such a statement may change whatever it names
PASSED = 'print("This answer passes.")'
WIDTH = 76  # columns of a cell
CALL = re.compile(r"(\w+)(?:\((.*)\))?$")


class TaskError(Exception):
    """A task that does not fit the solution of its exercise; the message says what to mend."""


@dataclass
class Parts:
    """A divided solution: programs, and the stub that takes the answer's place."""

    task: object
    given: str
    answer: str
    stub: str
    before: str  # what the check computes first
    asserts: str

    def cell(self, answer: bool = True) -> str:
        """The cell in which a student writes, with the solution or with the stub."""
        asked = "\n".join(commented(f"{name}: {words}") for name, words in self.task.asks.items())
        body = f"{BEGIN}\n{self.answer}\n{END}" if answer else self.stub
        return "\n".join(part for part in (self.given, asked, body) if part)

    def check(self) -> str:
        """The cell that checks it: what is missing, what is known to be wrong, and the book's own test."""
        return "\n".join(
            part
            for part in (
                self.missing(),
                self.before,
                self.task.probes.strip("\n"),
                *(f"assert not ({w.seen}), (\n{quoted(w.says)}\n)" for w in self.task.wrong),
                HIDDEN,
                self.asserts,
                self.task.adds.strip("\n"),
                SHOWN,
                PASSED,
            )
            if part
        )

    def missing(self) -> str:
        """A test that each value is there; a function that isn't written says so itself."""
        names = [name for name in self.task.asks if f"{name} = ..." in self.stub.splitlines()]
        if not names:
            return ""
        test = f"for asked in {names!r}:\n    assert globals().get(asked, ...) is not ..., (\n" + (
            '        f"{asked} is still to be found"\n    )'
        )
        if functions_in(statements(self.answer)).isdisjoint(names):
            test += "\n    assert not isinstance(globals()[asked], type(lambda: 0)), (\n" + (
                '        f"{asked} is a function here: what is asked is a value"\n    )'
            )
        return test


def commented(text: str) -> str:
    """The text as a comment of short lines."""
    return "\n".join(textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# "))


def quoted(text: str) -> str:
    """The text as literals of one line each."""
    lines = textwrap.wrap(text, WIDTH - 8, drop_whitespace=False)
    return "\n".join(f"    {line!r}" for line in lines)


def lifted(program: str, task) -> list[Statement]:
    """The program's statements, in which the pieces that are lifted out have names of their own, set before
    they are used."""
    added = []
    for call, lift in task.lifts.items():
        context, piece = lift if isinstance(lift, tuple) else (lift, lift)
        if context not in program:
            raise TaskError(f"{task.exercise}: {context!r} is not in the solution's program")
        name, arguments = CALL.match(call).groups()
        definition = (
            f"{name} = {piece}" if arguments is None else f"def {name}({arguments}):\n    return {piece}"
        )
        added.append((name, definition))
        program = program.replace(context, context.replace(piece, call))
    found = statements(program)
    for name, definition in reversed(added):
        place = next(i for i, s in enumerate(found) if name in s.reads)
        found[place:place] = statements(definition)
    return found


def divided(found: list[Statement], task) -> dict[str, list[Statement]]:
    """Which statements are given, which are the answer, and which check it."""
    wanted, parts = set(task.asks), {"given": [], "answer": [], "check": []}
    found = [s for s in found if not any(piece in s.text for piece in task.drops)]
    for statement in reversed(found):
        sets = statement.binds | changed_by(statement.node)
        given = isinstance(statement.node, (ast.Import, ast.ImportFrom)) or statement.binds & set(task.given)
        if isinstance(statement.node, EFFECTS):
            sets |= statement.reads
        if statement.asserts:
            part = "check"
        elif given:
            part = "given"
        elif sets & wanted:
            part = "answer"
            wanted |= statement.reads - set(task.given)
        else:
            part = "check"
        parts[part].insert(0, statement)
    used = set().union(*(s.reads for s in found if not isinstance(s.node, (ast.Import, ast.ImportFrom))))
    parts["given"] = [s for s in parts["given"] if s.binds & used]
    return parts


def signature(node: ast.FunctionDef, without: tuple[str, ...] = ()) -> str:
    """`name(arguments)`, without those arguments that only the book's solution has."""
    arguments = ast.unparse(node.args).split(", ")
    return f"{node.name}({', '.join(a for a in arguments if a.partition('=')[0] not in without)})"


def stub_of(answer: list[Statement], task) -> str:
    """What stands in the student's cell in place of the answer."""
    lines = []
    for name in task.asks:
        setters = [s.node for s in answer if name in s.binds]
        if not setters:
            raise TaskError(f"{task.exercise}: the solution never sets {name}")
        node = setters[-1]
        todo = f"raise NotImplementedError({name + ' is still to be written'!r})"
        if isinstance(node, ast.FunctionDef):
            lines.append(f"def {signature(node, task.without)}:\n    {todo}\n")
        elif isinstance(node, ast.ClassDef):
            bases = ", ".join(ast.unparse(base) for base in node.bases)
            init = next((f for f in node.body if getattr(f, "name", "") == "__init__"), None)
            start = f"def {signature(init)}" if init else "def __init__(self)"
            lines.append(f"class {name}({bases}):\n    {start}:\n        {todo}\n")
        else:
            lines.append(f"{name} = ...")
    return "\n".join(lines).strip("\n")


def with_messages(statement: Statement, values: set[str], behind: dict[str, set[str]]) -> str:
    """The statement, whose assertions say what the student's values are when they fail. behind: the values
    in the functions of the check, which are named in a function's place."""
    lines = statement.text.splitlines()
    first = statement.node.end_lineno - len(lines)  # of the program, before this text
    loops = (n for n in ast.walk(statement.node) if isinstance(n, ast.For))
    values = values.union(*(bound_by(loop.target) for loop in loops))
    bare = [n for n in ast.walk(statement.node) if isinstance(n, ast.Assert) and n.msg is None]
    for node in sorted(bare, key=lambda n: -n.end_lineno):
        reads = read_by(node.test)
        named = sorted(reads.union(*(behind[f] for f in reads & behind.keys())) & values)
        said = ", ".join(f"{name} = {{{name}!r:.60}}" for name in named)
        message = f'f"not yet: {said}"' if said else '"not yet: this is not so"'
        place = node.end_lineno - first - 1
        whole = lines[place].encode()
        lines[place] = (whole[: node.end_col_offset] + f", {message}".encode()).decode() + (
            whole[node.end_col_offset :].decode()
        )
    return "\n".join(lines)


def functions_in(found: list[Statement]) -> set[str]:
    """The functions and classes among the statements: no value that a message could show."""
    named = [s for s in found if isinstance(s.node, ast.Assign) and isinstance(s.node.value, ast.Lambda)]
    named += [s for s in found if isinstance(s.node, (ast.FunctionDef, ast.ClassDef))]
    return set().union(*(s.binds for s in named))


def check_is_complete(parts, task, known: set[str]) -> None:
    """The check may use what is asked, given or in the chapter, and nothing of the answer besides."""
    owned = set().union(*(s.binds for s in parts["answer"])) - set(task.asks)
    bound = set().union(*(s.binds for s in parts["check"] + parts["given"]))
    asked = set().union(*(s.reads for s in parts["check"] + parts["given"]))
    hidden = (owned & asked) - bound - known - set(dir(builtins))
    if hidden:
        raise TaskError(
            f"{task.exercise}: the check needs {', '.join(sorted(hidden))} of the solution; "
            "name it in `asks` or `given`"
        )


def divide(program: str, task, known: frozenset[str] = frozenset()) -> Parts:
    """The parts of a solution's program, as the task has it. known: names that the chapter has set."""
    found = lifted(program, task)
    parts = divided(found, task)
    check_is_complete(parts, task, set(known))
    if not any(s.asserts for s in parts["check"]):
        raise TaskError(f"{task.exercise}: nothing in the solution's program checks the answer")
    first = next(i for i, s in enumerate(parts["check"]) if s.asserts)
    results = [s for s in parts["check"] if not s.asserts and s.reads & set(task.asks)]
    functions = functions_in(found)
    values = set(task.asks).union(*(s.binds for s in results)) - functions
    behind = {name: s.reads for s in results for name in s.binds & functions}
    return Parts(
        task,
        given="\n".join(s.text for s in parts["given"]),
        answer="\n".join(s.text for s in parts["answer"]),
        stub=stub_of(parts["answer"], task),
        before="\n".join(s.text for s in parts["check"][:first]),
        asserts="\n".join(with_messages(s, values, behind) for s in parts["check"][first:]),
    )


def tasks(number: str) -> dict[str, object]:
    """{label of the exercise: its task} of a chapter; empty where none is written down."""
    try:
        module = importlib.import_module(f"tasks.chapter_{number}")
    except ModuleNotFoundError as error:
        if error.name != f"tasks.chapter_{number}":
            raise
        return {}
    labels = [task.exercise for task in module.TASKS]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise TaskError(f"chapter {number}: two tasks for {', '.join(sorted(twice))}")
    return dict(zip(labels, module.TASKS))


def of_chapter(number: str, notebook) -> dict[str, Parts]:
    """{label: its parts} of all exercises of a chapter, in order."""
    written, known = tasks(number), chapter_names(notebook)
    shown = {label: "\n\n".join(programs) for label, programs in solutions(notebook).items()}
    file = f"tests/tasks/chapter_{number}.py"
    if lacking := sorted(shown.keys() - written.keys()):
        raise TaskError(f"{', '.join(lacking)}: there is no task, add it to {file}")
    if unknown := sorted(written.keys() - shown.keys()):
        raise TaskError(f"{', '.join(unknown)}: no such exercise in chapter {number}, see {file}")
    return {label: divide(program, written[label], known) for label, program in shown.items()}


def chapter_names(notebook) -> frozenset[str]:
    """The names that the code cells of a chapter set."""
    code = [ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return frozenset().union(*(bound_by(node) for tree in code for node in tree.body))
