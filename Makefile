# The course's control panel: `make help` says what each target does.
# Every target that needs the environment makes it first; nothing is done twice.

PYTHON ?=
PAPER ?= a4
LESSON ?=
EXERCISES ?=
SHIFTS ?= 100 200 300
PORT ?= 8888
RECORD ?=
STUDENTS ?= 10

BIN := .venv/bin
PACKAGES := --editable ".[tests]" --editable ./handouts
READY := .venv/ready
CACHE := .cache
BROWSER := $(CACHE)/browser
HUB := $(CACHE)/hub
CLASS := $(CACHE)/class
NOTEBOOKS := $(if $(LESSON),notebooks/$(LESSON).ipynb,$(sort $(wildcard notebooks/*.ipynb)))
# Threads that wait without spinning: five to ten times faster on a machine that is also
# busy with something else, and hardly slower on one that is not.
export OMP_WAIT_POLICY := PASSIVE
# Paths may hold any letter, whatever the locale.
export PYTHONUTF8 := 1
# matplotlib keeps its list of fonts here, so that no lesson has to make one, and no home
# folder has to be writable.
export MPLCONFIGDIR ?= $(CURDIR)/$(CACHE)/matplotlib
# What a lesson imports, and what makes handouts of it.
files_in = $(shell find $(1) -type f ! -path '*/__pycache__/*' ! -path '*.egg-info/*' ! -name '.DS_Store')
LIBRARY := $(call files_in,lessons_lib)
HANDOUTS := $(call files_in,handouts)
TESTS := $(call files_in,tests benchmarks) conftest.py
# What compares a lesson's outputs.
COMPARING := $(call files_in,tests/tolerant) conftest.py
TEACHING := $(call files_in,docs deploy classroom .binder .devcontainer) README.md Makefile \
    $(wildcard requirements*) pyproject.toml
# What seems to be proven in the future was proven while the clock was wrong.
$(shell find $(CACHE)/proven -type f -newermt now -delete 2>/dev/null)
PROVEN := $(NOTEBOOKS:notebooks/%.ipynb=$(CACHE)/proven/%)

# ALL=1 forgets what was proven before, so that everything runs again.
ifdef ALL
FORGET := forget
endif

.PHONY: help lab run test unit lessons drills mutants referee browser hub-test pdf data bench lint \
        format doctor lock clean forget everywhere supply release grade mark grades class
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  LESSON=03_mlp     one lesson only (run, lessons, referee, hub-test, pdf, release, grade)"
	@echo "  EXERCISES='echo quiz' only these carry points (release, with LESSON)"
	@echo "  PORT=8889         another port than 8888 (lab)"
	@echo "  ORIGINALS=1       not your copies in work/, but notebooks/ itself (lab)"
	@echo "  ALL=1             also what has not changed (test, unit, lessons, grade)"
	@echo "  SHIFTS='7 70'     other numbers to add to every seed (referee)"
	@echo "  STUDENTS=30       as many instead of ten (hub-test)"
	@echo "  RECORD=1          keep what was measured in deploy/jupyterhub/README.md (hub-test)"
	@echo "  PAPER=us-letter   instead of a4 (pdf)"
	@echo "  SHORT=1           three submissions only (class)"
	@echo "  PYTHON=python3.12 the Python to make the environment with (3.11 or newer)"

lab: $(CACHE)/data  ## open your own copies of the lessons in JupyterLab
ifdef ORIGINALS
	$(BIN)/jupyter lab --port=$(PORT) --notebook-dir=notebooks
else
	$(BIN)/python -m lessons_lib.desk --open --port=$(PORT)
endif

run: $(CACHE)/data  ## execute the lessons and store their outputs
	$(BIN)/jupyter nbconvert --config=.ci/execute.py $(NOTEBOOKS)

test: unit lessons  ## prove everything: units, guards, every lesson and its outputs
	@PYTHONPATH=tests $(BIN)/python -m tolerant.lessons
	@echo "Everything that changed is proven (make test ALL=1 proves the rest again)."

unit: $(CACHE)/proven/unit  ## unit tests, checks of the checks, guards over the lessons

$(CACHE)/proven/unit: $(READY) $(CACHE)/data $(TESTS) $(LIBRARY) $(HANDOUTS) \
    $(wildcard notebooks/*.ipynb) environment.yml $(TEACHING) $(FORGET)
	$(BIN)/pytest
	@mkdir -p $(@D) && touch $@

lessons: $(PROVEN)  ## execute the lessons that changed and compare every output

# A lesson is unchanged while its notebook, what it imports, what compares its outputs and
# the lock are older than its last success. The limit for a cell is that of a quiet
# machine: it is multiplied by how slow this one is at the moment.
$(CACHE)/proven/%: notebooks/%.ipynb $(LIBRARY) $(COMPARING) requirements.lock $(READY) \
    $(CACHE)/data $(FORGET)
	$(BIN)/pytest --nbval --nbval-cell-timeout=300 --nbval-sanitize-with=tests/nbval.cfg \
	    --no-header $<
	@mkdir -p $(@D) && touch $@

referee: $(CACHE)/data  ## execute the lessons with other seeds: which claims still hold?
	$(BIN)/python tests/referee.py --shifts $(SHIFTS) -- \
	    $(filter-out notebooks/00%,$(NOTEBOOKS))

browser: $(BROWSER)/ready $(CACHE)/data  ## drive lessons in a real browser (needs Chromium, npm)
	PYTHONPATH="$(CURDIR)/$(BROWSER)/python" \
	JUPYTER_PATH="$(CURDIR)/$(BROWSER)/python/share/jupyter" $(BIN)/pytest $(AGAIN) tests/browser

# Beside the environment, not in it: no learner needs this, and `make lock` leaves it out.
$(BROWSER)/ready: requirements-browser.txt $(READY)
	rm -rf $(@D) && mkdir -p $(@D)
	$(BIN)/python -m pip install --no-deps --target $(BROWSER)/python --requirement $<
	npm install --no-audit --no-fund --prefix $(@D) axe-core@4
	@touch $@

hub-test: $(HUB)/ready $(CACHE)/data  ## seat ten simulated students in a JupyterHub (needs npm)
	PYTHONPATH="$(CURDIR)/$(HUB)/python" RECORD=$(RECORD) STUDENTS=$(STUDENTS) LESSON=$(LESSON) \
	    $(BIN)/pytest tests/hub

# Beside the environment, as for the browser; deploy/jupyterhub runs on it, too.
$(HUB)/ready: requirements-hub.txt $(READY)
	rm -rf $(@D) && mkdir -p $(@D)
	$(BIN)/python -m pip install --no-deps --target $(HUB)/python --requirement $<
	npm install --no-audit --no-fund --prefix $(@D) configurable-http-proxy@5
	@touch $@

pdf: $(READY)  ## write the handouts to exports/, with and without solutions
	$(BIN)/python -m handouts --paper $(PAPER) $(if $(LESSON),$(NOTEBOOKS))

data: $(READY)  ## fetch the data sets and check every byte
	$(BIN)/python -m lessons_lib.data
	@mkdir -p $(CACHE) && touch $(CACHE)/data

$(CACHE)/data: $(wildcard lessons_lib/data/*.py) lessons_lib/paths.py | $(READY)
	$(BIN)/python -m lessons_lib.data
	@mkdir -p $(CACHE) && touch $@

release: $(CLASS)/ready $(CACHE)/data  ## make an nbgrader assignment of every lesson, in class/
	$(WITH_NBGRADER) $(BIN)/python -m classroom release $(LESSON) --exercises "$(EXERCISES)"

grade: $(CLASS)/ready $(CACHE)/data  ## grade what was handed in to class/submitted, write feedback
	$(WITH_NBGRADER) $(BIN)/python -m classroom grade $(LESSON) $(if $(ALL),--all)

mark: $(CLASS)/ready  ## change points or comment (STUDENT, LESSON, EXERCISE; POINTS, COMMENT)
	@$(WITH_NBGRADER) $(BIN)/python -m classroom mark "$$LESSON" --student "$$STUDENT" \
	    --exercise "$$EXERCISE" --points "$$POINTS" --comment "$$COMMENT"

grades: $(CLASS)/ready  ## write the points of the class to class/grades.csv
	@$(WITH_NBGRADER) $(BIN)/python -m classroom grades

class: $(CLASS)/ready $(CACHE)/data  ## try out a class: grade fair and hostile submissions, seat a hub
	$(WITH_NBGRADER) $(BIN)/pytest $(if $(SHORT),-m short) tests/classroom
	$(if $(SHORT),,$(MAKE) hub-test)

# Beside the environment, as for the browser. nbgrader calls alembic by its name.
WITH_NBGRADER = PATH="$(CURDIR)/$(CLASS)/bin:$(CURDIR)/$(CLASS)/python/bin:$$PATH" \
    PYTHONPATH="$(CURDIR)/$(CLASS)/python"

$(CLASS)/ready: requirements-class.txt $(READY)
	rm -rf $(CLASS)/python && mkdir -p $(CLASS)
	$(BIN)/python -m pip install --no-deps --target $(CLASS)/python --requirement $<
	@touch $@

mutants: $(READY)  ## say of each check which wrong answers it lets pass or leaves unnamed
	PYTHONPATH=tests $(BIN)/python -m mutants
	TRAININGS=30 $(BIN)/pytest tests/test_right_answers.py -k trained

drills: $(CACHE)/data  ## let things fail (networks, disks, kernels) and say what held
	$(BIN)/pytest -m drill

everywhere: $(CACHE)/data  ## compare the lessons' outputs under other conditions (an hour or two)
	$(BIN)/python -m benchmarks.everywhere $(NOTEBOOKS)

supply: $(READY)  ## list the licenses of what is installed, and what each Python would get
	PYTHONPATH=tests $(BIN)/python -m supply licenses
	PYTHONPATH=tests $(BIN)/python -m supply pythons

bench: $(CACHE)/data  ## time the recipes against the usual ones, and the commands (two hours)
	$(BIN)/python -m benchmarks.contests $(if $(ALL),--anew)
	$(BIN)/python -m benchmarks.timings $(if $(ALL),--anew)

lint: $(READY)  ## look for mistakes and disorder in code and lessons
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

doctor: $(READY)  ## say what is missing on this machine
	$(BIN)/python -m lessons_lib.doctor

lock: $(READY)  ## write down the exact versions installed here
	{ sed -n '/^#/p' requirements.lock; $(BIN)/pip freeze --exclude-editable; } \
	    > requirements.lock.new
	mv requirements.lock.new requirements.lock
	PYTHONPATH=tests $(BIN)/python -m supply hashes

clean:  ## remove everything that can be made again, but not the data
	rm -rf .venv $(CACHE) .pytest_cache .ruff_cache .mypy_cache *.egg-info handouts/src/*.egg-info handouts/build
	@# class/ stays: there are submissions and points in it.
	find exports -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -prune -exec rm -rf {} +

forget:
	@rm -rf $(CACHE)/proven

# First the exact versions that CI tested; on a machine that can't have them (another
# Python, another processor), the newest that requirements.txt admits.
$(READY): requirements.txt requirements-tests.txt requirements.lock pyproject.toml handouts/pyproject.toml
	@python=""; \
	for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "The course needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1)."; \
	    echo "Install one, then name it: make PYTHON=/path/to/python3.12 ..."; exit 1; \
	fi; \
	echo "Making the environment in .venv with $$($$python --version)."; \
	$$python -m venv .venv
	@echo "Installing the course. On Linux that is a download of about 3.2 GB, most of it"
	@echo "PyTorch; pip says below what it is doing."
	$(BIN)/python -m pip install --upgrade pip
	$(BIN)/python -m pip install --constraint requirements.lock $(PACKAGES) \
	|| { echo "The locked versions don't install here; taking the newest in range."; \
	     $(BIN)/python -m pip install $(PACKAGES); }
	@echo "Listing the fonts for matplotlib (once)."
	@$(BIN)/python -c "import matplotlib.font_manager"
	@# JupyterLab asks on its first start whether it may fetch news; the course is offline.
	@$(BIN)/jupyter labextension disable @jupyterlab/apputils-extension:announcements
	@touch $@
	@echo "The course is installed."
