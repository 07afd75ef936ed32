"""The statements of a program: which names each of them sets, reads and changes."""

import ast
from dataclasses import dataclass


@dataclass
class Statement:
    """A statement of a program, with the comments above it."""

    text: str
    node: ast.stmt

    @property
    def binds(self) -> set[str]:
        """The names that it sets in the notebook."""
        return bound_by(self.node)

    @property
    def reads(self) -> set[str]:
        return read_by(self.node)

    @property
    def asserts(self) -> bool:
        return any(isinstance(node, ast.Assert) for node in ast.walk(self.node))


def bound_by(node) -> set[str]:
    """The names that a statement sets, not looking into functions."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return set()
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    return own.union(*(bound_by(child) for child in ast.iter_child_nodes(node)))


def read_by(node) -> set[str]:
    """The names that a statement uses; of a function those that are not its own."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    if isinstance(node, ast.FunctionDef):
        own = {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
        return names - own - bound_by(ast.Module(node.body, []))
    return names


def changed_by(node) -> set[str]:
    """Names whose objects a statement may change: it calls one of their methods, or sets a part of them."""
    roots = set()
    for part in ast.walk(node):
        at = None
        if isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, ast.Store):
            at = part.value
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            at = part.value.func
        while isinstance(at, (ast.Attribute, ast.Subscript, ast.Call)):
            at = at.func if isinstance(at, ast.Call) else at.value
        if isinstance(at, ast.Name):
            roots.add(at.id)
    return roots


def statements(program: str) -> list[Statement]:
    """The statements of a program in order, each with the comments above it."""
    lines, found, last = program.splitlines(), [], 0
    for node in ast.parse(program).body:
        text = "\n".join(lines[last : node.end_lineno]).strip("\n")
        found.append(Statement(text, node))
        last = node.end_lineno
    return found
