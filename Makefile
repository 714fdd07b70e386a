# The course's commands; `make help` lists them. Each sets up what it needs, once.

PYTHON ?= python3
VENV ?= .venv
LAB_ARGS ?=

BIN := $(VENV)/bin
PY := $(BIN)/python
START := notebooks/00_start_here.ipynb
STORED := $(wildcard notebooks solutions)
# A Python named by hand is insisted on; the default one only makes the environment the first time.
INSIST := $(if $(filter file,$(origin PYTHON)),,--this-python)
# JupyterLab refuses to run as root unless told; in a container root is often the only user.
ROOT_ARGS := $(if $(filter 0,$(shell id -u)),--allow-root)
# Without a screen no browser can be opened: the printed address is what to open elsewhere.
SCREEN := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname)))
PREPARE = @command -v "$(PYTHON)" >/dev/null \
	|| { echo "No $(PYTHON) here. Cure: install Python 3.11 or newer, or name one: make $@ PYTHON=..."; exit 1; } >&2; \
	"$(PYTHON)" course_lib/authoring/prepare.py --venv "$(VENV)" $(INSIST)

# Notebooks find their kernel in this environment, whatever else the user has registered.
export JUPYTER_PREFER_ENV_PATH := 1

.PHONY: help lab setup setup-dev setup-grading setup-fast test check unit nbval browser browser-packages format notebooks slides present exercises grade grade-demo grade-hostile release pretrained oracles bench odyssey constraints clean

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '%-12s %s\n' "$$name" "$$what"; done

setup: # what the notebooks need: 05 runs a study
	$(PREPARE) --extra odyssey

setup-dev:
	$(PREPARE) --extra dev --extra odyssey --extra fast

setup-grading:
	$(PREPARE) --extra dev --extra odyssey --extra fast --extra grading

# JupyterLab shows stored widgets only in notebooks that it trusts; these came with the code.
$(VENV)/course-trusted: $(wildcard notebooks/*.ipynb) | setup
	@$(PY) -m jupyter trust $^ >/dev/null
	@touch $@

lab: setup $(if $(wildcard notebooks/*.ipynb),$(VENV)/course-trusted) ## open the course in JupyterLab (LAB_ARGS="--no-browser --port 8890" passes through)
	$(PY) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(START) \
		$(ROOT_ARGS) $(if $(SCREEN),,--no-browser) $(LAB_ARGS)

# JupyterLab's settings for the stage lie beside the user's own; what is changed there stays.
present: setup $(VENV)/course-trusted ## open a notebook large and bare, to teach from (ONLY=01)
	@mkdir -p "$(VENV)/present" && cp -Rn course_lib/authoring/present/. "$(VENV)/present/"
	JUPYTERLAB_SETTINGS_DIR="$(abspath $(VENV))/present" $(PY) -m jupyterlab --ServerApp.root_dir=. \
		--LabApp.default_url="/doc/workspaces/present/tree/$(firstword $(wildcard notebooks/*$(ONLY)*.ipynb))" \
		$(ROOT_ARGS) $(if $(SCREEN),,--no-browser) $(LAB_ARGS)

test: unit nbval browser ## unit tests, every notebook run and compared, one pass in a browser

unit: setup-dev
	$(PY) -m pytest -n 2 -m "not browser and not slow"

nbval: setup-dev
ifeq ($(STORED),)
	@echo "There are no notebooks yet."
else
	$(PY) -m pytest --nbval-lax --nbval-cell-timeout=300 -n 2 --dist loadfile $(STORED)
endif

# What comes from npm: for the slides reveal.js, MathJax and what lets a widget live in a page without
# a kernel; for the browser tests axe-core too, which looks for barriers in a page. Without npm there
# are no slides, and those tests are left out; in CI they fail.
NODE_MODULES := $(VENV)/browser/node_modules
browser-packages: $(NODE_MODULES)/reveal.js
$(NODE_MODULES)/reveal.js: | setup
	@command -v npm >/dev/null || { echo "No npm here. Cure: install Node.js."; exit 0; }; \
	npm install --silent --no-save --prefix "$(VENV)/browser" axe-core@4 jquery@3 requirejs@2 \
		@jupyter-widgets/html-manager@1 mathjax@3 reveal.js@4.6.1

browser: setup-dev browser-packages
ifneq ($(wildcard tests/browser),)
	$(PY) -m pytest -m "browser and not slow" tests/browser
endif

notebooks: setup-dev ## run all notebooks and store them with their outputs (ONLY=01 runs one)
	$(PY) -m course_lib.authoring.notebooks --only "$(ONLY)"

slides: setup browser-packages ## make the lectures' slides in dist/slides/ (ONLY=01 makes one)
	$(PY) -m course_lib.authoring.slides --only "$(ONLY)"

exercises: setup-grading ## generate exercises/ from solutions/
	$(PY) -m course_lib.authoring.exercises

ASSIGNMENT ?= ps1_standard_lstm
GRADE_ARGS ?=
grade: setup-grading ## mark what a class handed in: ASSIGNMENT=ps1_standard_lstm FROM=folder (Linux, bubblewrap)
ifeq ($(FROM),)
	@echo "From which folder? make grade ASSIGNMENT=$(ASSIGNMENT) FROM=folder"; exit 1
else
	$(PY) -m course_lib.grading grade "$(ASSIGNMENT)" "$(FROM)" $(GRADE_ARGS)
endif

grade-demo: setup-grading ## a made-up class of twenty, graded from release to CSV
	$(PY) -m course_lib.grading.demo

grade-hostile: setup-grading ## submissions that want points they haven't earned: what happened to each
	$(PY) -m tests.grading.hostile

release: setup-grading ## dist/: what students get, without solutions, tests and history
	$(PY) -m course_lib.grading.bundle

pretrained: setup-dev ## train the small networks that come with the course anew
	$(PY) -m course_lib.pretrained

RESULTS ?= dist/odyssey/quick.csv
setup-fast:
	$(PREPARE) --extra odyssey --extra fast

odyssey: setup-fast ## run the whole study, or go on with it: hours (RESULTS=my.csv ODYSSEY_ARGS="--data FILE --trials 20")
	$(PY) -m course_lib.odyssey run "$(RESULTS)" $(ODYSSEY_ARGS)
	$(PY) -m course_lib.odyssey report "$(RESULTS)"

oracles: override VENV := .venv-oracles
oracles: ## ask PyTorch, Keras and ONNX Runtime anew, in an environment of their own; store their answers
	$(PREPARE) --extra dev --extra oracles
	for script in tests/references/make_*.py; do \
		"$(VENV)/bin/python" -m "tests.references.$$(basename "$$script" .py)" || exit 1; done
	"$(VENV)/bin/python" -m pytest tests/test_oracles.py tests/readings/test_interop.py tests/test_planted_mistakes.py
	"$(VENV)/bin/python" -m tests.references.table

bench: override VENV := .venv-oracles
bench: ## time a training step and a whole trial beside PyTorch's, and write both tables
	$(PREPARE) --extra dev --extra fast --extra oracles
	"$(VENV)/bin/python" -m benchmarks.training_step --write
	"$(VENV)/bin/python" -m benchmarks.odyssey_trial --write

check: setup-grading browser-packages ## formatting, lint, types, generated files up to date, the slow tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy course_lib tests benchmarks
	$(PY) -m course_lib.authoring.exercises --check
	$(PY) -m pytest -m slow

format: setup-dev ## put code and notebooks into the house's form
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

constraints: setup-dev ## find the newest versions that fit pyproject.toml, and write them down
	$(PY) -m pip install --quiet uv
	$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate \
		--extra dev --extra fast --extra grading --extra odyssey pyproject.toml --output-file constraints.txt

clean: ## remove the environment and what tools left behind
	rm -rf "$(VENV)" .pytest_cache .mypy_cache .ruff_cache
	find course_lib tests -name __pycache__ -prune -exec rm -rf {} +
