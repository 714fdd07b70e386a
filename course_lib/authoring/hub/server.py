"""A student's server on a hub. First their copy of the course is brought up to date, and trusted.

    python -m course_lib.authoring.hub.server       what jupyterhub_config.py starts

The copy is kept as `make lab` keeps mine/: what a student has written stays. Trusted are notebooks
that are still the course's own, so that stored widgets show before anything has run; what a student
saves in JupyterLab is signed there, and what they upload is not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from course_lib.authoring import working_copy


def trust(folder: Path, root: Path = working_copy.ROOT) -> list[str]:
    """Sign the notebooks below that are as the course has them; their names.

    Only those that have come since this was last done: signing reads them whole.
    """
    from nbformat import NO_CONVERT, reads
    from nbformat.sign import NotebookNotary

    marker = folder / ".course-trusted"
    since = marker.stat().st_mtime if marker.exists() else 0.0
    signed = []
    for name, edition in working_copy.editions(root, within=False).items():
        file = folder / name
        stored = name.startswith("notebooks/") and file.suffix == ".ipynb"
        if stored and file.stat().st_mtime > since and file.read_bytes() == edition:
            NotebookNotary().sign(reads(edition.decode(), NO_CONVERT))
            signed.append(name)
    marker.touch()
    return signed


def prepare(folder: Path, root: Path = working_copy.ROOT) -> None:
    """Bring a student's copy up to date, for them alone, with the library that it leads to."""
    for line in working_copy.update(root, folder):
        print(line, flush=True)
    folder.chmod(0o700)  # where homes are open, answers would be, too
    library = folder / "course_lib"
    if library.is_symlink() or not library.exists():
        library.unlink(missing_ok=True)
        library.symlink_to(root / "course_lib", target_is_directory=True)
    trust(folder, root)


def closed(path: Path) -> list[Path]:
    """The folders above a file that not every user of the machine may enter, the nearest first."""
    return [folder for folder in path.parents if not folder.stat().st_mode & 0o001]


def main() -> None:
    """Prepare the copy, then become JupyterHub's own server for one user."""
    prepare(Path(os.environ["JUPYTERHUB_ROOT_DIR"]).expanduser())
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])


if __name__ == "__main__":
    main()
