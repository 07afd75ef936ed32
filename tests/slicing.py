"""Which code cells a check cell stands on: found from the names that they set and use, so that a break runs
only those."""

import ast


def names_set_and_used(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell binds or changes in place, and those that it reads."""
    bound, used, changed = set(), set(), set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (bound if isinstance(node.ctx, ast.Store) else used).add(node.id)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            changed |= {
                n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)
            }  # cures["R1"] = ... changes cures
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            changed |= {
                n.id for n in ast.walk(node.value.func) if isinstance(n, ast.Name)
            }  # opt.step() changes opt
    return bound | changed, used


def slice_for(sources: list[str], last: int) -> list[int]:
    """The places of the cells that cell `last` needs, in order, `last` included."""
    return [*slice_giving(sources[:last], names_set_and_used(sources[last])[1]), last]


def slice_giving(sources: list[str], wanted: set[str]) -> list[int]:
    """The places of the cells that give these names, in order."""
    wanted, kept = set(wanted), []
    for place in range(len(sources) - 1, -1, -1):
        bound, used = names_set_and_used(sources[place])
        if bound & wanted:
            wanted |= used
            kept.append(place)
    return kept[::-1]
