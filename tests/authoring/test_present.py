"""The settings for the stage are ones that the installed JupyterLab knows."""

import json
import sys
from pathlib import Path

import pytest

PRESENT = Path(__file__).resolve().parents[2] / "course_lib" / "authoring" / "present"
SCHEMAS = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
FILES = sorted(PRESENT.glob("@jupyterlab/*/*.jupyterlab-settings"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_jupyterlab_knows_each_setting(path):
    schema = SCHEMAS / path.relative_to(PRESENT).with_suffix(".json")
    known = json.loads(schema.read_text(encoding="utf-8"))["properties"]
    assert set(json.loads(path.read_text(encoding="utf-8"))) <= set(known)


def test_there_are_settings():
    assert FILES
