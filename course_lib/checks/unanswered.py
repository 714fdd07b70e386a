"""A check run before its answer says so, in place of a red NameError."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

CHECK = re.compile(r'^check\("(\w+\.\d+)", (\w+)\)', re.MULTILINE)


def install(shell: Any = None) -> None:
    """Have an IPython shell, by default the one there is, tell kindly of a missing answer.

    Not where nbgrader runs the notebook: it takes a cell without an error for one that passed.
    """
    if shell is None:
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and "NBGRADER_EXECUTION" not in os.environ:
        shell.set_custom_exc((NameError,), _tell)


def _tell(
    shell: Any, kind: Any, error: NameError, trace: Any, tb_offset: int | None = None
) -> None:
    """Say what to run first, where the cell is such a check; else what IPython says."""
    for question, function in CHECK.findall(shell.user_ns["In"][-1]):
        if error.name == function:
            print(
                f"{question}: not yet\nhint: there is no {function} yet. Write it in the cell "
                "above, run that cell, then this one."
            )
            return
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
