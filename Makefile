# The course's control panel: `make help` says what each target does.
# Every target that needs the environment makes it first; nothing is done twice.

PYTHON ?=
PAPER ?= a4
LESSON ?=
PORT ?= 8888

BIN := .venv/bin
READY := .venv/ready
CACHE := .cache
NOTEBOOKS := $(if $(LESSON),notebooks/$(LESSON).ipynb,$(sort $(wildcard notebooks/*.ipynb)))
# Threads that wait without spinning: five to ten times faster on a machine that is also
# busy with something else, and hardly slower on one that is not.
export OMP_WAIT_POLICY := PASSIVE
# What a lesson imports; publishing is not part of it.
LIBRARY := $(wildcard lessons_lib/*.py lessons_lib/data/*.py lessons_lib/checks/*.py)
PUBLISHING := $(wildcard lessons_lib/publishing/*)
TESTS := $(shell find tests benchmarks -name '*.py' 2>/dev/null)
PROVEN := $(NOTEBOOKS:notebooks/%.ipynb=$(CACHE)/proven/%)

# ALL=1 forgets what was proven before, so that everything runs again.
ifdef ALL
FORGET := forget
endif

.PHONY: help lab run test unit lessons pdf data bench lint format doctor lock speech \
        clean forget
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  LESSON=03_mlp     one lesson only (run, lessons)"
	@echo "  ALL=1             also what has not changed (test, unit, lessons)"
	@echo "  PAPER=us-letter   instead of a4 (pdf)"
	@echo "  PYTHON=python3.12 the Python to make the environment with (3.11 or newer)"

lab: $(CACHE)/data  ## open the lessons in JupyterLab
	$(BIN)/jupyter lab --port=$(PORT) --notebook-dir=notebooks

run: $(CACHE)/data  ## execute the lessons and store their outputs
	$(BIN)/jupyter nbconvert --config=.ci/execute.py $(NOTEBOOKS)

test: unit lessons  ## prove everything: units, guards, every lesson and its outputs
	@echo "Everything that changed is proven (make test ALL=1 proves the rest again)."

unit: $(CACHE)/proven/unit  ## unit tests, checks of the checks, guards over the lessons

$(CACHE)/proven/unit: $(READY) $(CACHE)/data $(TESTS) $(LIBRARY) $(PUBLISHING) \
    $(wildcard notebooks/*.ipynb) environment.yml $(FORGET)
	$(BIN)/pytest tests
	@mkdir -p $(@D) && touch $@

lessons: $(PROVEN)  ## execute the lessons that changed and compare every output

# A lesson is unchanged while its notebook, what it imports and the lock are older than
# its last success.
$(CACHE)/proven/%: notebooks/%.ipynb $(LIBRARY) requirements.lock $(READY) $(CACHE)/data $(FORGET)
	$(BIN)/pytest --nbval --nbval-cell-timeout=300 --no-header $<
	@mkdir -p $(@D) && touch $@

pdf: $(READY)  ## write the handouts to exports/, with and without solutions
	$(BIN)/python -m lessons_lib.publishing --paper $(PAPER) $(if $(LESSON),$(NOTEBOOKS))

data: $(READY)  ## fetch the data sets and check every byte
	$(BIN)/python -m lessons_lib.data
	@mkdir -p $(CACHE) && touch $(CACHE)/data

$(CACHE)/data: $(wildcard lessons_lib/data/*.py) lessons_lib/paths.py | $(READY)
	$(BIN)/python -m lessons_lib.data
	@mkdir -p $(CACHE) && touch $@

bench: $(CACHE)/data  ## time the course's recipes against the usual ones
	$(BIN)/python -m benchmarks.recipes

lint: $(READY)  ## look for mistakes and disorder in code and lessons
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)  ## lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

doctor: $(READY)  ## say what is missing on this machine
	$(BIN)/python -m lessons_lib.doctor

lock: $(READY)  ## write down the exact versions installed here
	{ sed -n '/^#/p' requirements.lock; $(BIN)/pip freeze --exclude-editable; } \
	    > requirements.lock.new
	mv requirements.lock.new requirements.lock

speech: $(READY)  ## learn to speak new formulas (needs npm; the result is kept in git)
	$(BIN)/python -m lessons_lib.publishing.speech

clean:  ## remove everything that can be made again, but not the data
	rm -rf .venv $(CACHE) .pytest_cache .ruff_cache *.egg-info
	find exports -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -prune -exec rm -rf {} +

forget:
	@rm -rf $(CACHE)/proven

# First the exact versions that CI tested; on a machine that can't have them (another
# Python, another processor), the newest that requirements.txt admits.
$(READY): requirements.txt requirements.lock pyproject.toml
	@python=""; \
	for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "The course needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1)."; \
	    echo "Install one, then name it: make PYTHON=/path/to/python3.12 ..."; exit 1; \
	fi; \
	$$python -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable . \
	|| { echo "The locked versions don't install here; taking the newest in range."; \
	     $(BIN)/python -m pip install --quiet --editable .; }
	@# JupyterLab asks on its first start whether it may fetch news; the course is offline.
	@$(BIN)/jupyter labextension disable @jupyterlab/apputils-extension:announcements
	@touch $@
