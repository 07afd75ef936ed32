"""What this book adds to Sphinx: a cache that can't be stale, stages and the way to them, questions, a page
of common errors, and a lean MathJax."""

import os
import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).parent))
import claims_strip
import quiz
import to_play
from cache_key import cache_folder
from stage_from import Experiment, StageFrom

# Of the 24 MB that come with MathJax: the one script that a page loads, and what that script may ask for
# later (fonts, rarer TeX commands, the menu and the help for those who read by ear).
MATHJAX_KEPT = (
    "tex-chtml.js",
    "output/chtml",
    "input/tex/extensions",
    "ui",
    "a11y",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
)


class common_errors(nodes.General, nodes.Element):
    """Stands where the list of common errors will be."""


class CommonErrors(SphinxDirective):
    """``{common-errors}``: a list of the boxes of all chapters."""

    def run(self):
        return [common_errors("")]


def use_keyed_cache(app, config):
    # The path is part of Sphinx's environment: when it changes, Sphinx reads every page again.
    config.nb_execution_cache_path = str(cache_folder(Path(app.srcdir)))


def no_buttons_without_a_repository(app, config):
    """The theme would make links to nowhere, and stop."""
    options = config.html_theme_options
    if not options.get("repository_url"):
        options.pop("repository_url", None)
        options["launch_buttons"] = {}


def boxes(app):
    """The boxes found so far: {docname: [(id, title, first paragraph), ...]}."""
    if not hasattr(app.env, "common_error_boxes"):
        app.env.common_error_boxes = {}
    return app.env.common_error_boxes


def collect(app, doctree):
    found = []
    for box in doctree.findall(nodes.admonition):
        if "common-error" not in box["classes"]:
            continue
        title = box.next_node(nodes.title)
        paragraph = next(
            (child for child in box.children if isinstance(child, nodes.paragraph)), nodes.paragraph()
        )
        found.append((box["ids"][0] if box["ids"] else "", title.deepcopy(), paragraph.deepcopy()))
    boxes(app)[app.env.docname] = found


def purge(app, env, docname):
    boxes(app).pop(docname, None)


def merge(app, env, docnames, other):
    theirs = getattr(other, "common_error_boxes", {})
    boxes(app).update({name: theirs[name] for name in docnames if name in theirs})


def pages_with_the_list(app, env):
    """The list depends on every chapter, so its page is written again whenever any chapter was read."""
    return [name for name in env.found_docs if "common-errors-list" in env.metadata.get(name, {})]


def remember_list(app, doctree):
    if any(doctree.findall(common_errors)):
        docname = app.env.docname
        app.env.metadata[docname]["common-errors-list"] = "yes"
        # The boxes come later, with mathematics in them: tell Sphinx now that this page needs MathJax.
        app.env.get_domain("math").data["has_equations"][docname] = True


class FillCommonErrors(SphinxPostTransform):
    """Put the boxes in before Sphinx resolves references, so that citations in them become links."""

    default_priority = 5

    def run(self):
        for placeholder in list(self.document.findall(common_errors)):
            placeholder.replace_self(self.sections())

    def sections(self):
        found, result = boxes(self.app), []
        for docname in sorted(found):  # chapters are numbered in reading order
            if found[docname]:
                result.append(self.section(docname, found[docname]))
        return result or [nodes.paragraph("", "No chapter has such a box yet.")]

    def section(self, docname, entries):
        section = nodes.section(ids=["errors-in-" + docname.rsplit("/", 1)[-1]])
        section += self.app.env.titles[docname].deepcopy()
        listing = nodes.definition_list()
        for anchor, title, paragraph in entries:
            listing += self.item(docname, anchor, title, paragraph)
        section += listing
        return section

    def item(self, docname, anchor, title, paragraph):
        here = self.app.env.docname
        target = self.app.builder.get_relative_uri(here, docname) + (f"#{anchor}" if anchor else "")
        link = nodes.reference("", "", *title.deepcopy().children, internal=True, refuri=target)
        definition = nodes.definition("", paragraph.deepcopy())
        for node in definition.findall():
            if isinstance(node, nodes.Element) and "refdoc" in node:
                node["refdoc"] = here  # links are relative to the page they now stand on
        return nodes.definition_list_item("", nodes.term("", "", link), definition)


def as_plain_text(app, what, name, obj, options, lines):
    """Docstrings are plain text with `code` in backticks: keep Sphinx from reading |x|, f* or x_ as its own
    marks."""
    pieces = re.split(r"(`+[^`]+`+)", "\n".join(lines))
    pieces[::2] = [re.sub(r"([|*\\]|_(?!\w))", r"\\\1", text) for text in pieces[::2]]
    # The escaped space ends a piece of code that a letter follows, as in `Module`s.
    pieces[1::2] = ["\\ ``" + code.strip("`") + "``\\ " for code in pieces[1::2]]
    lines[:] = "".join(pieces).split("\n")


def mend_page(app, pagename, templatename, context, doctree):
    # docutils calls a bibliography a list whose entries are no list items: screen readers stumble over it.
    if context.get("body"):
        context["body"] = context["body"].replace(
            '<div role="list" class="citation-list">', '<div class="citation-list">'
        )


def prune_mathjax(app, error):
    home = Path(app.outdir) / "_static" / "mathjax"
    if error or not home.is_dir():
        return
    kept = [home / name for name in MATHJAX_KEPT]
    for path in sorted(home.rglob("*"), reverse=True):
        if path.is_file() and not any(path == k or k in path.parents for k in kept):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def setup(app):
    os.environ.setdefault(
        "GAN_TEACH_STAGE", "record"
    )  # where Sphinx itself runs a chapter, its stages must record too
    app.add_config_value(
        "comments_config", {}, ""
    )  # Jupyter Book sets it, though sphinx_comments is not loaded
    app.connect("config-inited", use_keyed_cache)
    app.connect("config-inited", no_buttons_without_a_repository)
    claims_strip.setup(app)
    quiz.setup(app)
    to_play.setup(app)
    app.add_node(common_errors)
    app.add_directive("common-errors", CommonErrors)
    app.add_directive("stage-from", StageFrom)
    app.add_directive("experiment", Experiment)
    app.connect("doctree-read", collect)
    app.connect("doctree-read", remember_list)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", pages_with_the_list)
    app.connect("autodoc-process-docstring", as_plain_text)
    app.add_post_transform(FillCommonErrors)
    app.connect("html-page-context", mend_page)
    app.connect("build-finished", prune_mathjax, priority=900)  # after the files have been copied
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
