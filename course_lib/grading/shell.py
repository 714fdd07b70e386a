"""A notebook's shell without a kernel, in the sandbox: what an editor adds works, or is skipped.

A student's cell was written in JupyterLab, VS Code, Colab or Deepnote, and may ask them for
something: a kind of plot, a package, a mounted drive. None of that is there, and none of it may
cost the rest of the cell. What is skipped is said where the cell's output stands.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.util
import re
import sys
import types
from collections.abc import Callable
from typing import Any

from IPython.core import page
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

INSTALLERS = [
    "pip",
    "pip3",
    "conda",
    "mamba",
    "micromamba",
    "uv",
    "apt",
    "apt-get",
    "brew",
    "npm",
    "poetry",
]
INSTALLS = re.compile(
    rf"\s*(sudo\s+)?(\S*/)?(\S*python\S*\s+-m\s+)?({'|'.join(INSTALLERS)})\s", re.ASCII
)
RUNS_CODE = [
    "time",
    "timeit",
    "prun",
    "run",
    "capture",
    "debug",
    "memit",
    "mprun",
    "lprun",
    "macro",
]  # theirs to raise
ELSEWHERE = ("google.colab", "deepnote_toolkit", "nest_asyncio")  # modules that an editor brings
BACKENDS = {"matplotlib": "use", "matplotlib.pyplot": "switch_backend"}


def skipped(what: str, why: object = "") -> None:
    reason = " ".join(str(why).split())[:200]
    print(f"Skipped when this was graded: {what.strip()[:100]}{f' ({reason})' if reason else ''}")


def unasked(prompt: object = "") -> str:
    """What input() gives where nobody sits: an empty line."""
    skipped(f"input({str(prompt)!r})", "nobody is there to answer")
    return ""


class Imports(ast.NodeTransformer):
    """A module that is not here takes no line below its import with it; the library's own do."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        node.body = [made for line in node.body for made in self._each(line)]
        return ast.fix_missing_locations(node)

    def _each(self, line: ast.stmt) -> list[ast.stmt]:
        if isinstance(line, ast.Import):
            single = [ast.copy_location(ast.Import([alias]), line) for alias in line.names]
            return [self._tried(one, one.names[0].name) for one in single]
        if isinstance(line, ast.ImportFrom) and not line.level and line.module:
            return [self._tried(line, line.module)]
        return [line]

    def _tried(self, line: ast.stmt, module: str) -> ast.stmt:
        if module.partition(".")[0] in ("__future__", "course_lib"):
            return line
        made = ast.parse(
            "try: ...\nexcept ModuleNotFoundError as _not_here:\n"
            f"    get_ipython().lacks({ast.unparse(line)!r}, _not_here)"
        ).body[0]
        assert isinstance(made, ast.Try)
        made.body = [line]
        return ast.copy_location(made, line)


class Hook(DisplayHook):
    """Keeps a cell's last value in place of printing it."""

    shell: Shell

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict, md_dict=None) -> None:
        self.shell.outputs.append({"output_type": "execute_result", "data": dict(format_dict)})

    def finish_displayhook(self) -> None: ...


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    shell: Shell

    def publish(self, data, *_, **__) -> None:
        self.shell.outputs.append({"output_type": "display_data", "data": dict(data)})

    def clear_output(self, wait=False) -> None:
        self.shell.outputs.clear()


class Elsewhere(types.ModuleType):
    """What only an editor has: any name in it is there, and calling one does nothing."""

    __path__: list[str] = []  # noqa: RUF012 (so that its parts can be imported)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Elsewhere(f"{self.__name__}.{name}")

    def __call__(self, *_, **__) -> dict:
        skipped(f"{self.__name__}(…)", "there is no such editor here")
        return {}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds an editor's modules, and lets matplotlib stay as it is where a window is asked for."""

    def find_spec(self, name, path, target=None):
        if any(f"{name}.".startswith(f"{one}.") for one in ELSEWHERE):
            return importlib.util.spec_from_loader(name, self, is_package=True)
        if name not in BACKENDS:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec and spec.loader:
            run = spec.loader.exec_module
            spec.loader.exec_module = lambda module: (run(module), keep_backend(module))  # type: ignore
        return spec

    def create_module(self, spec):
        return Elsewhere(spec.name)

    def exec_module(self, module) -> None: ...


def keep_backend(module: types.ModuleType) -> None:
    """matplotlib.use and plt.switch_backend raise no error for a window that isn't there."""
    name = BACKENDS[module.__name__]
    change = getattr(module, name)

    def tried(backend, *rest, **more):
        try:
            change(backend, *rest, **more)
        except ImportError as error:
            skipped(f"{module.__name__}.{name}({backend!r})", error)

    setattr(module, name, tried)


class Shell(InteractiveShell):
    """A notebook's cells one after the other, in one namespace, as in a kernel."""

    displayhook_class = Hook
    display_pub_class = Publisher
    outputs: list[dict] = []  # noqa: RUF012 (each cell gets its own)
    kernel = Elsewhere("get_ipython().kernel")

    def init_display_formatter(self) -> None:
        super().init_display_formatter()
        self.set_hook("show_in_pager", page.as_hook(page.display_page), 90)  # no program is begun
        sys.meta_path.insert(0, Finder())
        self.ast_transformers.append(Imports())
        builtins.input = unasked
        if importlib.util.find_spec("google") is None:
            sys.modules["google"] = Elsewhere("google")

    def _showtraceback(self, etype, evalue, stb) -> None:
        error = {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:2000]}
        self.outputs.append({**error, "traceback": [str(line)[:4000] for line in stb][-12:]})

    def enable_gui(self, gui=None) -> None:
        """Without windows there is no event loop to join."""

    def lacks(self, line: str, error: ModuleNotFoundError) -> None:
        skipped(line, error)

    def ask_exit(self) -> None:
        skipped("exit()", "the cells below are run as well")

    def system(self, command) -> None:
        if INSTALLS.match(f"{command} "):
            skipped(f"!{command}", "there is no network here, but the course's packages are there")
        else:
            self.system_piped(command)

    def magic(self, line: str) -> Any:  # as older editors write it
        name, _, rest = line.strip().partition(" ")
        return self.run_line_magic(name.lstrip("%"), rest)

    def run_line_magic(self, magic_name, line, _stack_depth=1) -> Any:
        written, name = f"%{magic_name} {line}", magic_name
        if name in INSTALLERS:
            return skipped(written, "there is no network here, but the course's packages are there")
        if name in ("matplotlib", "pylab"):
            if line.strip() not in ("", "inline"):
                skipped(written, "plots are shown as pictures")
            line = "inline"
        if name == "config" and line.strip().startswith("InlineBackend"):
            from matplotlib_inline.config import InlineBackend

            self.configurables.append(InlineBackend.instance(parent=self))  # type: ignore[arg-type]
        return self._tried(
            written, name, lambda: super(Shell, self).run_line_magic(name, line, _stack_depth + 3)
        )

    def run_cell_magic(self, magic_name, line, cell) -> Any:
        written = f"%%{magic_name} {line}".strip()
        if self.find_cell_magic(magic_name):
            return super().run_cell_magic(magic_name, line, cell)
        try:
            ast.parse(self.transform_cell(cell))
        except SyntaxError:
            return skipped(f"{written} and its cell", "no such magic here")
        skipped(written, "no such magic here; its cell was run")
        self.run_cell(cell)

    def _tried(self, written: str, name: str, run: Callable) -> Any:
        try:
            return run()
        except Exception as error:
            if name in RUNS_CODE and self.find_line_magic(name):
                raise
            skipped(written, error)
