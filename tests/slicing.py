"""Which code cells a cell stands on: found from the names that cells set, change and read, so that a break,
an exercise or an explorer runs only those."""

import ast
import dis
from dataclasses import dataclass, field
from functools import cache
from types import CodeType


@dataclass
class Names:
    """The global names of a cell: those that it may set, those that it surely sets, those that it reads
    before it has set them, and those whose values it changes in place."""

    sets: set[str] = field(default_factory=set)
    surely: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)


def in_code(node: ast.AST) -> tuple[set[str], set[str]]:
    """The global names that a statement or an expression sets, and those that it and its functions read."""
    statement = node if isinstance(node, ast.stmt) else ast.Expr(node)
    loop = ast.While(ast.Constant(True), [statement], [])  # a `continue` has to stand in one
    codes = [compile(ast.fix_missing_locations(ast.Module([loop], [])), "cell", "exec")]
    top, reads = codes[0], set()
    for code in codes:
        reads |= {s.argval for s in dis.get_instructions(code) if s.opname in ("LOAD_NAME", "LOAD_GLOBAL")}
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
    return {s.argval for s in dis.get_instructions(top) if s.opname == "STORE_NAME"}, reads


def named(node: ast.AST | None) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()


def changed_in_place(tree: ast.AST) -> set[str]:
    """`cures["R1"] = ...` and `net.scale = ...` change what they name, and so does `opt.step()` as a
    statement."""
    changed = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            changed |= named(node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            changed |= named(node.value.func) if isinstance(node.value.func, ast.Attribute) else set()
    return changed


def follow(body: list[ast.stmt], found: Names, known: set[str]) -> set[str]:
    """Go through statements that run in this order; `known` are the names that are surely set before them.
    Those that are afterwards come back."""
    known = set(known)
    for statement in body:
        sets, reads = in_code(statement)
        found.sets |= sets
        if isinstance(statement, ast.For):
            found.reads |= in_code(statement.iter)[1] - known
            follow(statement.body, found, known | named(statement.target))
            follow(statement.orelse, found, known)
        elif isinstance(statement, ast.With):
            for item in statement.items:
                found.reads |= in_code(item.context_expr)[1] - known
                known |= named(item.optional_vars)
            known = follow(statement.body, found, known)
        else:
            found.reads |= reads - known
            known |= sets if not isinstance(statement, (ast.If, ast.While, ast.Try)) else set()
    return known


@cache  # each cell is asked for by all programs that stand on it
def names(source: str) -> Names:
    tree, found = ast.parse(source), Names()
    found.surely = follow(tree.body, found, set())
    found.changes = changed_in_place(tree)
    return found


def slice_for(sources: list[str], last: int) -> list[int]:
    """The places of the cells that cell `last` needs, in order, `last` included."""
    return [*slice_giving(sources[:last], names(sources[last]).reads), last]


def slice_giving(sources: list[str], wanted: set[str]) -> list[int]:
    """The places of the cells that give these names, in order."""
    wanted, kept = set(wanted), []
    for place in range(len(sources) - 1, -1, -1):
        found = names(sources[place])
        if (found.sets | found.changes) & wanted:
            wanted = (wanted - found.surely) | found.reads
            kept.append(place)
    return kept[::-1]
