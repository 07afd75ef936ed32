"""Build what a class needs from the chapters.

    python tools/classroom.py                 all of it, into _build/class/
    python tools/classroom.py student slides  these parts alone: student, branch, slides, guide,
                                              questions, handouts

branch/ is what the buttons "open without installing" lead to, where _config.yml names a repository.
student/ has the chapters with stubs in place of solutions (student.zip: the same with the package, to hand
out), instructor/ the chapters with the solutions in nbgrader's format; slides/ a presentation of each
chapter; guide.html what to ask, and three paths through the book; questions.html the chapters' questions
with answers to choose from; handouts.html cards with links that open a stage in a given state.
"""

import sys
import time
from functools import cache

import executions
import exercises
import guide
import handed
import handouts
import launch
import questions
import slides
import stages
import talk
from execute import prepare_environment
from filelock import FileLock
from toc import ROOT, notebooks

from book import run_what_changed

ERRORS = (
    exercises.TaskError,
    slides.SlidesError,
    guide.GuideError,
    questions.QuestionsError,
    launch.LaunchError,
    stages.StagesError,
    handouts.HandoutsError,
)
TARGET = ROOT / "_build" / "class"


@cache
def both_editions() -> dict[str, int]:
    """Both editions, written once for all parts."""
    return handed.build(TARGET)


def student() -> str:
    """Both editions, and what students get as one file."""
    points = both_editions()
    return f"student/, student.zip and instructor/: {len(points)} exercises"


def branch() -> str:
    """The branch for Colab, Binder and a hub."""
    where = launch.settings()
    if not where.url:
        return "branch/: left out, _config.yml names no repository"
    both_editions()
    return (
        f"branch/: to be pushed to {where.url} as the branch {where.branch}: {launch.publish(TARGET, where)}"
    )


@cache
def all_have_run():
    """Run the chapters that changed, once for all parts."""
    if not run_what_changed():
        raise slides.SlidesError("a chapter's cell failed (see above)")


def presentations() -> str:
    """The slides, from the chapters as they run."""
    all_have_run()
    found = slides.build(TARGET / "slides")
    talks = sum(len(talk.laid_out(chapter)) for chapter in found.values())
    count = sum(map(len, found.values()))
    return f"slides/: {len(found)} chapters, {count} slides, {talks} of them in talks of 45 minutes"


def handbook() -> str:
    """The instructor's guide."""
    all_have_run()
    arranged = {path.stem: slides.arranged(path) for path in notebooks()}
    seconds = {path.stem: executions.seconds(path) for path in notebooks()}
    return f"guide.html: {guide.build(TARGET, arranged, seconds)} common errors"


def sheet() -> str:
    """The sheet of questions."""
    return f"questions.html: {questions.build(TARGET)} questions"


def cards() -> str:
    """The hand-outs."""
    all_have_run()
    return f"handouts.html: {handouts.build(TARGET)} hand-outs"


PARTS = {
    "student": student,
    "branch": branch,
    "slides": presentations,
    "guide": handbook,
    "questions": sheet,
    "handouts": cards,
}


def main(asked: list[str]) -> int:
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        print(f"there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
        return 2
    began = time.perf_counter()
    prepare_environment()
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".lock"):  # the book is not built meanwhile
        for name in asked or PARTS:
            try:
                print(PARTS[name](), flush=True)
            except ERRORS as error:
                print(f"The class was not built: {error}")
                return 1
    print(f"The class is ready ({time.perf_counter() - began:.0f} s): {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
