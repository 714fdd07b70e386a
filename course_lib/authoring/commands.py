"""What each of the course's commands needs and runs."""

from __future__ import annotations

import shutil
import subprocess
import sys

from course_lib.authoring import obstacles, stages, working_copy
from course_lib.authoring.hub.trying import hub
from course_lib.authoring.launcher import (
    BOOK,
    DEVELOP,
    GRADE,
    HUB,
    LEARN,
    LITE,
    ORACLES,
    Command,
    Course,
    perform,
)  # fmt: skip
from course_lib.authoring.npm import browser_packages, browser_packages_if_possible, hub_proxy
from course_lib.authoring.opened import jupyterlab, present
from course_lib.authoring.prepare import ROOT, clear
from course_lib.environment import MAKE


def trust(course: Course) -> int:
    """Let JupyterLab show the widgets stored in notebooks; they came with the code."""
    done = course.venv / "course-trusted"
    since = done.stat().st_mtime if done.exists() else 0.0
    found = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob(f"{working_copy.NAME}/notebooks/*.ipynb")]
    fresh = [str(path) for path in found if path.stat().st_mtime > since]
    if fresh:
        command = [course.python, "-m", "jupyter", "trust", *fresh]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0:
            done.touch()
        else:
            print("Stored widgets stay hidden until their cells are run.", file=sys.stderr)
    return 0


def bring_up_to_date(_: Course) -> int:
    return working_copy.main()


def lab(course: Course) -> int:
    return jupyterlab(course, f"/lab/tree/{working_copy.NAME}/notebooks/00_start_here.ipynb")


def edit(course: Course) -> int:
    return jupyterlab(course, "/lab/tree/notebooks/00_start_here.ipynb")


def grade(course: Course) -> int:
    if not course.settings["FROM"]:
        name = course.settings["ASSIGNMENT"]
        print(f"From which folder?  {MAKE} grade ASSIGNMENT={name} FROM=folder", file=sys.stderr)
        return 1
    return course.run("-m course_lib.grading grade {ASSIGNMENT} {FROM} {GRADE_ARGS}")


def release(course: Course) -> int:
    own = " --roster {ROSTER}" if course.settings["ROSTER"] else ""
    return course.run(f"-m course_lib.grading.bundle{own}")


def ask_oracles(course: Course) -> int:
    for script in sorted(ROOT.glob("tests/references/make_*.py")):
        if code := course.run(f"-m tests.references.{script.stem}"):
            return code
    return 0


def odyssey(course: Course) -> int:
    if not course.settings["RESULTS"]:
        course.settings["RESULTS"] = f"dist/odyssey/{course.settings['PROTOCOL']}.csv"
    run = "-m course_lib.odyssey run {RESULTS} --protocol {PROTOCOL} {ODYSSEY_ARGS}"
    return course.run(run) or course.run("-m course_lib.odyssey report {RESULTS}")


def web(course: Course) -> int:
    """Browser edition and book as one site, and both driven with no other host in reach.

    The edition first: where it is there, the book's pages lead to it.
    """
    for name in ("lite", "book", "web-test"):
        if code := perform(COMMANDS[name], course.settings):
            return code
    return 0


def clean(course: Course) -> int:
    clear(course.venv)
    shutil.rmtree(obstacles.stand_in(course.venv), ignore_errors=True)
    for name in (".pytest_cache", ".mypy_cache", ".ruff_cache"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("course_lib", "tests", "benchmarks"):
        for cache in list((ROOT / folder).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


COMMANDS = {
    "lab": Command(
        'set up once, then open the course in JupyterLab (LAB_ARGS="--no-browser --port 8890")',
        LEARN, (bring_up_to_date, trust, lab),
    ),
    "test": Command(
        "unit tests, every notebook run and compared, one pass in a browser",
        DEVELOP, (browser_packages_if_possible, stages.test),
    ),
    "check": Command(
        "formatting, lint, types, generated files up to date, the slow tests",
        GRADE, (browser_packages_if_possible, stages.check),
    ),
    "present": Command(
        "open a notebook in large type with little around it, to teach from (ONLY=01)",
        LEARN, (bring_up_to_date, trust, present),
    ),
    "edit": Command(
        "open the course's own notebooks, for whoever writes them", DEVELOP, (trust, edit)
    ),
    "mine": Command("bring mine/, a learner's copy, up to date", None, (bring_up_to_date,)),
    "setup": Command("make the environment for `lab`, and open nothing", LEARN, ()),
    "setup-dev": Command("the same for `test`", DEVELOP, ()),
    "setup-grading": Command("the same for `check` and `grade`", GRADE, ()),
    "unit": Command("part of `test`: the unit tests", DEVELOP, (stages.unit,)),
    "nbval": Command("part of `test`: the notebooks", DEVELOP, (stages.nbval,)),
    "browser": Command(
        "part of `test`: the pass in a browser",
        DEVELOP, (browser_packages_if_possible, stages.browser),
    ),
    "browser-fetch": Command(
        "download a browser for the tests, without root",
        DEVELOP, ("-m course_lib.authoring.browser --fetch",),
    ),
    "browser-packages": Command(
        "fetch what slides and browser tests need from npm", LEARN, (browser_packages,)
    ),
    "format": Command(
        "put code and notebooks into the house's form",
        DEVELOP, ("-m ruff check --fix-only .", "-m ruff format ."),
    ),
    "notebooks": Command(
        "run all notebooks and store them with their outputs (ONLY=01 runs one)",
        DEVELOP, ("-m course_lib.authoring.notebooks --only={ONLY}",),
    ),
    "pictures": Command(
        "draw the README's pictures of the valves anew, still and moving",
        DEVELOP, ("-m course_lib.authoring.pictures",),
    ),
    "slides": Command(
        "make the lectures' slides in dist/slides/ (ONLY=01 makes one)",
        LEARN, (browser_packages_if_possible, "-m course_lib.authoring.slides --only={ONLY}"),
    ),
    "book": Command(
        'make the web book in dist/web/ (BOOK_ARGS="--epub --pdf": an EPUB and a PDF, too)',
        BOOK, (browser_packages_if_possible, "-m course_lib.authoring.web.book {BOOK_ARGS}"),
    ),
    "web-serve": Command(
        "serve dist/web/ to this machine, and print the address",
        BOOK, ("-m course_lib.authoring.web.book --serve",),
    ),
    "ways-in": Command(
        "write README's links to the published course, from pyproject.toml's addresses",
        DEVELOP, ("-m course_lib.authoring.web.ways_in",),
    ),
    "exercises": Command(
        "generate exercises/ from solutions/", GRADE, ("-m course_lib.authoring.exercises",)
    ),
    "grade": Command(
        "mark what a class handed in: ASSIGNMENT=ps1_standard_lstm FROM=folder (Linux, bubblewrap)",
        GRADE, (grade,),
    ),
    "grade-demo": Command(
        "a made-up class of twenty, graded from release to CSV",
        GRADE, ("-m course_lib.grading.demo",),
    ),
    "grade-hostile": Command(
        "grade submissions that try to get points they haven't earned",
        GRADE, ("-m tests.grading.hostile",),
    ),
    "release": Command(
        "dist/*.zip: what students get, without solutions, tests and history "
        "(ROSTER=class.csv: each student's own exercises, too)",
        GRADE, (release,),
    ),
    "hub": Command(
        "a JupyterHub to try out, on this machine alone; for a class see TEACHING.md",
        HUB, (hub_proxy, hub),
    ),
    "hub-setup": Command("make the environment for a class's hub", HUB, (hub_proxy,)),
    "hub-test": Command(
        "a small class on a JupyterHub of its own: starts, widgets, memory (STUDENTS=20)",
        (*HUB, "dev"), (hub_proxy, "-m pytest -m hub tests/hub -s --students={STUDENTS}"),
    ),
    "pretrained": Command(
        "retrain the small networks that come with the course",
        DEVELOP, ("-m course_lib.pretrained",),
    ),
    "odyssey": Command(
        "run the whole study of notebook 05, or go on with it; takes hours "
        '(PROTOCOL=paper RESULTS=my.csv ODYSSEY_ARGS="--data FILE --trials 20")',
        (*LEARN, "fast"), (odyssey,),
    ),
    "oracles": Command(
        "make the tests' references anew from PyTorch, Keras and ONNX Runtime, "
        "in an environment of their own (3 GB)",
        ORACLES, (
            ask_oracles,
            "-m pytest tests/test_oracles.py tests/readings/test_interop.py "
            "tests/test_planted_mistakes.py tests/test_planted_in_the_guide.py",
            "-m tests.references.table",
            "-m pytest --nbval-lax notebooks/beyond",
        ),
        ".venv-oracles",
    ),
    "bench": Command(
        "time a training step and a whole trial beside PyTorch's, and write both tables",
        ORACLES,
        ("-m benchmarks.training_step --write", "-m benchmarks.odyssey_trial --write"),
        ".venv-oracles",
    ),
    "lite": Command(
        "build the browser edition, which needs no installation, in dist/web/lite/", LITE,
        ("-m course_lib.authoring.web.lite.build",), ".venv-lite",
    ),
    "web": Command("build the whole web site in dist/web/, and `web-test` it", DEVELOP, (web,)),
    "web-test": Command(
        "test the browser edition, every cell of it, and the book, with no other host in reach",
        (*DEVELOP, *BOOK), (
            browser_packages_if_possible,
            "-m pytest -n 2 tests/browser/test_lite_whole.py",
            "-m pytest tests/browser/test_lite.py tests/browser/test_book.py",
        ),
    ),
    "constraints": Command(
        "find the newest versions that fit pyproject.toml, and write them down",
        DEVELOP,
        (
            "-m pip install --quiet uv",
            "-m uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header "
            "--no-annotate --extra book --extra dev --extra fast --extra grading --extra hub "
            "--extra odyssey pyproject.toml --output-file constraints.txt",
        ),
    ),
    "clean": Command("remove the environment and what tools left behind", None, (clean,)),
}  # fmt: skip
