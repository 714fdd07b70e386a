"""Bars of progress: text in a terminal, and in a notebook HTML, which stays as it was."""

from __future__ import annotations

import html
from typing import Any

from course_lib import lite


def bar(iterable: Any = None, **options: Any) -> Any:
    """A tqdm bar with tqdm's options.

    In a notebook it is a picture and no widget, so that a stored one is whole without a kernel.
    Used in a ``with``, it ends full and green where nothing went wrong, however early it stopped.

    >>> with bar(total=3, desc="epochs", disable=True) as shown:
    ...     for _ in range(3):
    ...         _ = shown.update()
    """
    from tqdm.std import tqdm

    if not _in_notebook():
        return tqdm(iterable, **options)

    class Picture(tqdm):
        """tqdm's counting; shown as HTML."""

        handle: Any = None
        ended = ""

        def display(self, *_: Any, **__: Any) -> None:
            from IPython.display import HTML, display

            picture = HTML(drawn(self.format_dict, self.ended))
            if self.handle is None:
                self.handle = display(picture, display_id=True)
            elif self.handle:
                self.handle.update(picture)

        def __exit__(self, kind: Any, *_: Any) -> None:
            self.ended = "stopped" if kind else "done"
            self.close()

        def close(self) -> None:
            if not self.disable:
                whole = self.total is None or self.n >= self.total
                self.ended = self.ended or ("done" if whole else "stopped")
                self.display()
            super().close()

    made = Picture(iterable, gui=True, **options)  # gui: nothing is printed
    if not made.disable:
        made.display()
    return made


def drawn(facts: dict[str, Any], ended: str) -> str:
    """A bar as HTML. facts: tqdm's format_dict; ended: "done", "stopped", or "" while it runs."""
    n, total, unit = facts["n"], facts["total"] or max(facts["n"], 1), facts["unit"]
    most = "" if n == total or ended != "done" else f" of at most {total}"
    so_far = f"{n}{most}" if ended == "done" else f"{n} of {total}"
    seconds = f"{facts['elapsed']:.0f} s"
    words = [f"{so_far} {unit}{'' if total == 1 else 's'}, {seconds}", facts["postfix"] or ""]
    share = 100 if ended == "done" else 100 * n / total
    colour = {"done": "#00704f", "stopped": "#7a7a7a"}.get(ended, "#0072b2")
    return (
        '<div data-progress style="display:flex;flex-wrap:wrap;gap:0 12px;align-items:center">'
        f"<span>{html.escape(facts['prefix'].removesuffix(': '))}</span>"
        '<span style="display:inline-block;width:200px;height:10px;border-radius:5px;'
        'background:rgba(128,128,128,.3);overflow:hidden">'
        f'<span style="display:block;height:100%;width:{share:.0f}%;background:{colour}"></span>'
        "</span>"
        + "".join(f"<span>{html.escape(text)}</span>" for text in words if text)
        + "</div>"
    )


def _in_notebook() -> bool:
    """Is this a notebook's kernel, which shows HTML? The browser edition has no other."""
    if lite.in_browser():
        return True
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return get_ipython().__class__.__name__ == "ZMQInteractiveShell"


if lite.in_browser():  # a notebook's own tqdm would warn that its watching thread cannot start
    from tqdm import tqdm

    tqdm.monitor_interval = 0
