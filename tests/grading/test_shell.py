"""What an editor adds to a cell works when it is graded, or is skipped with a remark."""

import pytest

from course_lib.grading import library, running
from course_lib.grading.sandbox import Limits

WORKS = {  # nothing is said
    "a plot in the page": "%matplotlib inline",
    "sharper plots": "%config InlineBackend.figure_format = 'retina'",
    "reloading": "%load_ext autoreload\n%autoreload 2",
    "time of a cell": "%%time\nx = 1",
    "time of a line": "%time x = 1",
    "time of many": "%timeit -n1 -r1 1 + 1",
    "a shell's cell": "%%bash\necho yes",
    "a shell's line": "!echo yes",
    "a shell's answer": "found = !echo yes",
    "no output": "%%capture\nprint(1)",
    "a file": "%%writefile mine.py\ny = 3",
    "a picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "a page of HTML": "%%html\n<b>x</b>",
    "a script": "%%javascript\nalert(1)",
    "cleared": "from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)",
    "a slider": "from ipywidgets import interact\ninteract(lambda x: x, x=3)",
    "a bar": "from tqdm.notebook import tqdm\nfor _ in tqdm(range(2)): pass",
    "awaited": "import asyncio\nawait asyncio.sleep(0)",
    "VS Code's cells": "# %% [markdown]\n# text\n# %%\nx = 1",
    "Colab's form": "#@title Run me { display-mode: 'form' }\nn = 3 #@param {type:'integer'}",
    "help": "import numpy as np\nnp.array?",
    "the names": "%whos",
    "a backend that draws files": "import matplotlib\nmatplotlib.use('Agg')",
    "asked of IPython": "get_ipython().run_line_magic('matplotlib', 'inline')",
    "asked in the old way": "get_ipython().magic('matplotlib inline')",
    "digits": "%precision 3",
    "a folder of elsewhere": "%cd /content/drive/MyDrive",  # IPython itself says so
}
SKIPPED = {  # and the rest of the cell is run
    "plots of another kind": "%matplotlib notebook",
    "plots with a server": "%matplotlib widget",
    "plots in a window": "%matplotlib qt",
    "a backend for a window": "import matplotlib\nmatplotlib.use('TkAgg')",
    "another one": "import matplotlib.pyplot as plt\nplt.switch_backend('QtAgg')",
    "packages": "%pip install numpy",
    "packages by conda": "%conda install -y numpy",
    "packages by a shell": "!pip install -q numpy",
    "packages by a python": "!python3 -m pip install numpy",
    "packages of the system": "!sudo apt-get install -y graphviz",
    "packages by uv": "!uv pip install numpy",
    "Colab's drive": "from google.colab import drive\ndrive.mount('/content/drive')",
    "Colab's files": "import google.colab\nfrom google.colab import files\nup = files.upload()",
    "another extension": "%load_ext lab_black",
    "a browser's extension": "%load_ext tensorboard\n%tensorboard --logdir runs",
    "Colab's version": "%tensorflow_version 2.x",
    "saving": "%autosave 60",
    "a terminal": "%qtconsole",
    "loops in loops": "import nest_asyncio\nnest_asyncio.apply()",
    "Deepnote's own": "import deepnote_toolkit\ndeepnote_toolkit.set_integration_env()",
    "leaving": "exit()",
    "leaving in another way": "quit()",
    "a kernel to end": "get_ipython().kernel.do_shutdown(True)",
    "one that is none": "%nosuchmagic 1",
    "a module that is not here": "import no_such_module as nsm",
    "a part of one": "from no_such_module.parts import one, two",
    "one of two modules": "import no_such_module, math\nassert math.pi > 3",
    "a question to nobody": "name = input('your name? ')\nassert name == ''",
}
ALONE = {  # a magic of a whole cell
    "a cell of another magic": ("%%nosuchmagic here\nx = 1\nlast = 7", "its cell was run"),
    "a cell that is no Python": ("%%sql\nSELECT * FROM marks", "%%sql and its cell"),
}


def said(ran, name) -> str:
    return "".join(str(out.get("text", out.get("evalue", ""))) for out in ran.outputs[name])


@pytest.fixture(scope="module")
def ran(sandboxed, tmp_path_factory):
    made = library.assemble(tmp_path_factory.mktemp("library"), ["course_lib.cells"])
    steps = []
    for name, source in {**WORKS, **SKIPPED}.items():
        whole = source.startswith("%%")
        steps.append({"id": name, "source": source if whole else f"{source}\nlast = {name!r}"})
        steps.append({"id": f"after {name}", "source": "last"})
    steps += [{"id": name, "source": source} for name, (source, _) in ALONE.items()]
    steps.append({"id": "end", "source": "%pylab\nlast"})
    steps.append({"id": "broken", "source": "%time 1 / 0\nlast = 'not reached'"})
    steps.append({"id": "still", "source": "last"})
    steps.append({"id": "own", "source": "from course_lib.cells import LSTM\nlast = 8"})
    tried = "try:\n    import no_such_module\nexcept ImportError:\n    last = 9\nlast"
    steps.append({"id": "tried", "source": f"from __future__ import annotations\n{tried}"})
    return running.run(steps, made, Limits(seconds=300))


@pytest.mark.parametrize("name", [*WORKS, *SKIPPED])
def test_the_rest_of_the_cell_is_run(ran, name):
    errors = [out for out in ran.outputs[name] if out["output_type"] == "error"]
    assert errors == []
    assert ("Skipped when this was graded: " in said(ran, name)) == (name in SKIPPED)
    source = {**WORKS, **SKIPPED}[name]
    if not source.startswith("%%"):
        assert ran.outputs[f"after {name}"][0]["data"]["text/plain"] == repr(name)


@pytest.mark.parametrize("name", ALONE)
def test_a_magic_that_is_not_here_takes_no_python_with_it(ran, name):
    assert ALONE[name][1] in said(ran, name)
    assert not [out for out in ran.outputs[name] if out["output_type"] == "error"]


def test_what_a_cell_of_another_magic_defined_is_there(ran):
    assert ran.outputs["end"][-1]["data"]["text/plain"] == "7"


def test_an_error_in_timed_code_is_the_students_own(ran):
    assert [out["ename"] for out in ran.outputs["broken"] if "ename" in out] == [
        "ZeroDivisionError"
    ]
    assert ran.outputs["still"][0]["data"]["text/plain"] == "7"


def test_the_librarys_own_import_and_one_that_is_tried_are_left_as_they_are(ran):
    assert [out["ename"] for out in ran.outputs["own"]] == ["ImportError"]
    (shown,) = ran.outputs["tried"]
    assert shown["data"]["text/plain"] == "9"
