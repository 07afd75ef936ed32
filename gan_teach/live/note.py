"""What is left of a stage in a saved notebook: a note that stands before its view, and is hidden by it.

In a notebook that is opened again without its kernel JupyterLab takes the view all the same, whatever stands
beside it in the same output, and writes that it is not found. The note's style hides these words.
"""

NOTE = """<div class="gan-saved" data-stage="{}"><p>This stage lived in a kernel that is gone, or was closed.
Run this cell to have it again.</p><style>.jp-OutputArea-child:has(.gan-saved) + .jp-OutputArea-child
> .jupyter-widgets:not(:has(*)) {{ display: none }}</style></div>"""


def note(name: str) -> dict[str, str]:
    """The note for the stage of this name (widget.js finds it by that), as a bundle to display."""
    return {"text/html": NOTE.format(name), "text/plain": ""}
