"""What a task is: how the solution of an exercise is divided into what a student writes and what checks
it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that is often given.

    old, new: the change to the solution that gives it. seen: a condition on the student's names that holds
    for it, and for no right answer. says: what the check then says, which names the misconception.
    """

    old: str
    new: str
    seen: str
    says: str


@dataclass(frozen=True)
class Task:
    """One exercise of the student edition.

    exercise: its label. asks: {name: in words} of what the student gives. given: names that the student finds
    there. lifts: {name or name(arguments): a piece of the solution's program}, which becomes a name of its
    own; where a piece stands elsewhere, too, (surroundings, piece). drops: statements with one of these
    pieces belong to the book alone; without: so do these arguments. probes: lines before the conditions of
    the wrong answers, which use them. adds: assertions that the solution leaves out. wrong: known wrong
    answers.
    """

    exercise: str
    asks: dict[str, str]
    given: tuple[str, ...] = ()
    lifts: dict[str, str | tuple[str, str]] = field(default_factory=dict)
    drops: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    probes: str = ""
    adds: str = ""
    wrong: tuple[Wrong, ...] = ()
