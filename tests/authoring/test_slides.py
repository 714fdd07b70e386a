"""The slides' folder is written whole or not at all."""

import pytest

from course_lib.authoring import slides


def test_a_folder_is_left_as_it_was_where_a_package_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "NODE_MODULES", tmp_path / "none")
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "old.html").write_text("old")
    with pytest.raises(FileNotFoundError, match=r"reveal\.js.*cure: install Node"):
        slides.build(tmp_path / "slides", [])
    assert [file.name for file in (tmp_path / "slides").iterdir()] == ["old.html"]
