"""``{stage-from} 01-police-and-thief``: the first stage of an executed chapter, on another page, where it
begins by itself."""

from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from cache_key import cache_folder

MARK = 'class="gan-stage"'


def first_stage(notebook) -> str | None:
    """The HTML of the first stage among the outputs, or None."""
    pieces = (
        output.data["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    )
    return next((html for html in map("".join, pieces) if MARK in html), None)


class StageFrom(SphinxDirective):
    """Takes the recording from the cache, where the chapters lie executed before Sphinx reads the first
    page."""

    required_arguments = 1

    def run(self):
        path = Path(self.env.srcdir) / "book" / f"{self.arguments[0]}.ipynb"
        self.env.note_dependency(str(path))
        try:
            cache = get_cache(str(cache_folder(Path(self.env.srcdir))))
            record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
            html = first_stage(cache.get_cache_bundle(record.pk).nb)
        except (KeyError, FileNotFoundError):
            html = None
        if html is None:
            log = logging.getLogger(__name__)
            log.warning("%s has no stage yet: build with make book", path.name, location=self.get_location())
            return []
        return [nodes.raw("", html.replace(MARK, f"{MARK} data-plays", 1), format="html")]
