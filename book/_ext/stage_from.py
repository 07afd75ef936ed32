"""Stages of executed chapters on other pages, and experiments to play with them.

``{stage-from} 01-police-and-thief`` is the first stage of the chapter, which begins by itself; `:number:`
asks for another of its stages, `:trains:` has it stand ready for the reader's own training.

``{experiment} Title`` is a link that sets a stage of its page and starts it. `:play:` holds what the address
says (`train=1&lr_g=0.02`), and a setting that the stage doesn't have is an error of the build; the text says
what to look for, and the stage repeats it; `:ask:` is what is asked of those who have played it. `:answer:`
does not stand on the page: tools/handouts.py makes hand-outs of the same lines, and their key of the answers.
"""

from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from jupyter_cache import get_cache
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from cache_key import cache_folder
from stage_text import MARK, LinkError, lesson, stage_asked, stages


class StageFrom(SphinxDirective):
    """Takes the recording from the cache, where the chapters lie executed before Sphinx reads the first
    page."""

    required_arguments = 1
    option_spec = {"number": directives.positive_int, "trains": directives.flag}

    def run(self):
        path = Path(self.env.srcdir) / "book" / f"{self.arguments[0]}.ipynb"
        self.env.note_dependency(str(path))
        try:
            cache = get_cache(str(cache_folder(Path(self.env.srcdir))))
            record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
            html = stages(cache.get_cache_bundle(record.pk).nb)[self.options.get("number", 1) - 1]
        except (KeyError, FileNotFoundError, IndexError):
            log = logging.getLogger(__name__)
            log.warning(
                "%s has no such stage yet: build with make book", path.name, location=self.get_location()
            )
            return []
        self.env.temp_data.setdefault("lessons", []).append(lesson(html))
        way = "data-own" if "trains" in self.options else "data-plays"
        return [nodes.raw("", html.replace(MARK, f"{MARK} {way}", 1), format="html")]


class Experiment(SphinxDirective):
    """A link to a stage of the same page, what to look for, and what to ask."""

    required_arguments, final_argument_whitespace, has_content = 1, True, True
    option_spec = dict.fromkeys(("play", "ask", "answer"), directives.unchanged_required)

    def run(self):
        if missing := [name for name in self.option_spec if name not in self.options]:
            raise self.error(f"{self.arguments[0]!r} has no :{missing[0]}:")
        if lessons := [found for found in self.env.temp_data.get("lessons", []) if found]:
            try:
                stage_asked(self.options["play"], lessons)
            except LinkError as error:
                raise self.error(f"{self.arguments[0]!r}: {error}") from None
        text = nodes.container(classes=["experiment"])
        self.state.nested_parse(self.content, self.content_offset, text)
        look = text.astext().replace("\n\n", " ")
        link = (
            f'<a class="experiment-play" href="#{escape(self.options["play"])}" '
            f'data-look="{escape(look)}">{escape(self.arguments[0])}</a>'
        )
        text.insert(0, nodes.paragraph("", "", nodes.raw("", link, format="html")))
        words, messages = self.state.inline_text(self.options["ask"], self.lineno)
        text += nodes.paragraph("", "", *words, classes=["experiment-ask"])
        return [text, *messages]
