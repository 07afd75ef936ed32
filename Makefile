# Police and Thief. `make` lists what there is to do.
# Everything beyond the environment lives in tools/*.py, so that Windows needs no make (see README.md).

PYTHON ?=
VENV = .venv
PY = $(VENV)/bin/python
STAMP = $(VENV)/.installed

.PHONY: help book check test breaks class pdf zip wheel doctor lab results weights lock normalise clean

help:
	@echo "make book       run the notebooks that changed and build the book"
	@echo "make check      style, types and the package's quick tests: before each commit"
	@echo "make test       all that shows the book to be right, but for the breaks: before each push"
	@echo "make breaks     break each claim of each chapter and want its check to notice"
	@echo "make class      what a lecturer needs: student edition, slides, guide, questions, hand-outs, in _build/class"
	@echo "make pdf        the whole book as one PDF, _build/police-and-thief.pdf (needs a Chromium or Chrome)"
	@echo "make zip        the built pages as one zip that opens by a double click, in _build"
	@echo "make wheel      the package by itself, with weights and stored results, in _build/wheel"
	@echo "make doctor     say what this machine lacks, and how to get it"
	@echo "make lab        open the book in JupyterLab"
	@echo "make results    compute the stored results of chapter 10 that are missing (hours at most; can be interrupted; with DASK_SCHEDULER_ADDRESS on a cluster)"
	@echo "make weights    train what chapters 12 to 27 show and is missing (needs the MNIST files; about two and a half hours on two cores)"
	@echo "make normalise  bring the notebooks into the form in which they are committed"
	@echo "make lock       write requirements.txt from requirements.in"
	@echo "make clean      remove what was built (and keep the environment)"

book: $(STAMP)
	@$(PY) tools/book.py

check: $(STAMP)
	@$(PY) tools/test.py check

test: $(STAMP)
	@$(PY) tools/test.py

breaks: $(STAMP)
	@$(PY) tools/test.py breaks

class: $(STAMP)
	@$(PY) tools/classroom.py

pdf: $(STAMP)
	@$(PY) tools/pdf.py

zip: $(STAMP)
	@$(PY) tools/archive.py

wheel: $(STAMP)
	@$(PY) tools/package.py

# Also where nothing is installed: then with the Python that is found.
doctor:
	@if [ -x "$(PY)" ]; then "$(PY)" tools/doctor.py; else "$(or $(PYTHON),python3)" tools/doctor.py; fi

lab: $(STAMP)
	@$(PY) tools/lab.py

results: $(STAMP)
	@$(PY) tools/results.py

lock: $(STAMP)
	@$(PY) tools/lock.py

weights: $(STAMP)
	@$(PY) tools/weights.py

normalise: $(STAMP)
	@$(PY) tools/notebooks.py normalise

clean:
	rm -rf _build .pytest_cache .hypothesis .mypy_cache .ruff_cache

# The stamp is written last: an environment that was interrupted half-way is made again from nothing.
$(STAMP): requirements.txt pyproject.toml tools/environment.sh
	@sh tools/environment.sh "$(VENV)" "$(PYTHON)"
	@touch $(STAMP)
