# The course's commands; `make help` lists them. Each sets up what it needs, once.
#
# What they do is in course_lib/authoring/commands.py: without make, `python3 course_lib NAME` is the
# same. Settings, as VENV=.venv3.12 or ONLY=01, reach it by the environment.

PYTHON ?= python3
COMMANDS := help lab test check present edit mine setup setup-dev setup-grading unit nbval browser \
	browser-fetch browser-packages format notebooks pictures slides book web-serve ways-in exercises \
	grade grade-demo grade-hostile release hub hub-setup hub-test pretrained odyssey oracles bench lite \
	web web-test constraints clean

.PHONY: $(COMMANDS)
$(COMMANDS):
	@command -v "$(PYTHON)" >/dev/null \
	|| { echo "No $(PYTHON) here. Cure: install Python 3.11, 3.12 or 3.13, or name one that is there: make $@ PYTHON=..."; exit 1; } >&2; \
	"$(PYTHON)" course_lib $@
