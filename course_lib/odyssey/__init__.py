"""'LSTM: A Search Space Odyssey' on an ordinary machine: the JSB Chorales third of it.

    trial.py       one trial, a pure function: variant, number, seed → hyperparameters → a row
    making.py      what makes a row: engine, versions, and the bits that come out
    protocols.py   how a trial is trained: `paper`, and the shorter `quick`
    rows.py        the file of results; about.py what a study is made of, beside them
    study.py       many trials, on Dask; copying.py keeps what one has so far
    analysis.py    what the rows say: best tenth, Welch's test, diverged trials
    selection.py   whether a difference of two best tenths is more than chance
    level.py       how often that test is wrong, and how often it sees what is there
    fanova.py      which hyperparameter explains how much
    memory.py      whether a trial uses its memory
    findings.py    what the paper found, and what decides whether a study agrees
    report.py      all of it as a page of tables (tables.py); side_by_side.py two studies of the
                   same trials; shipped.py the page of the studies that come with the course

    python -m course_lib.odyssey run results.csv         runs a study, or goes on with it
    python -m course_lib.odyssey report results.csv      says what it shows; of two: what differs
    python -m course_lib.odyssey copy results.csv to.csv keeps what a running study has so far
    python -m course_lib.odyssey memory results.csv      takes the memory from a best tenth
    python -m course_lib.odyssey level                   tests the test

Greff, Srivastava, Koutník, Steunebrink, Schmidhuber: LSTM: A Search Space Odyssey (2015), arXiv
1503.04069. Running and analysing need the extra `odyssey`; reading rows needs NumPy.
"""

from pathlib import Path

from course_lib.odyssey.protocols import PROTOCOLS
from course_lib.odyssey.rows import as_stored, read
from course_lib.odyssey.trial import VARIANTS, Hyperparameters, Row, repeat, run_trial

# The studies that come with the course: the literature's chorales, and those built from music21.
SHIPPED = Path(__file__).with_name("jsb_quick.csv")
SHIPPED_BUILT = Path(__file__).with_name("jsb_quick_built.csv")
# V's trials of the first once more, by NumPy: what another arithmetic changes.
SHIPPED_NUMPY = Path(__file__).with_name("jsb_quick_numpy.csv")
# By the paper's own protocol, with as many trials of each variant as have been run.
SHIPPED_PAPER = Path(__file__).with_name("jsb_paper.csv")

__all__ = [
    "PROTOCOLS",
    "SHIPPED",
    "SHIPPED_BUILT",
    "SHIPPED_NUMPY",
    "SHIPPED_PAPER",
    "VARIANTS",
    "Hyperparameters",
    "Row",
    "as_stored",
    "read",
    "repeat",
    "run_trial",
]
