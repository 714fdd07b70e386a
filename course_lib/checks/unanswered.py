"""A check run before its answer says so, in place of a red NameError."""

from __future__ import annotations

import re
from typing import Any

CHECK = re.compile(r'^check\("(\w+\.\d+)", (\w+)\)', re.MULTILINE)


def install(shell: Any) -> None:
    """Have an IPython shell tell kindly of a check whose function does not exist yet."""
    shell.set_custom_exc((NameError,), _tell)


def _tell(
    shell: Any, kind: Any, error: NameError, trace: Any, tb_offset: int | None = None
) -> None:
    """Say what to run first, where the cell is such a check; else what IPython says."""
    for question, function in CHECK.findall(shell.user_ns["In"][-1]):
        if error.name == function:
            print(
                f"{question}: not yet\nhint: there is no {function} so far. Write it in the cell "
                "above, run that cell, then this one."
            )
            return
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
