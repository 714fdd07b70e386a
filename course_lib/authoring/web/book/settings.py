"""What Sphinx is told: the same for every edition, and what each has of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from course_lib import __version__
from course_lib.authoring.lecture import WIDGET
from course_lib.authoring.web.book.sources import TELLS
from course_lib.authoring.web.ways_in import address

HERE = Path(__file__).parent
TITLE = "LSTM variations, built by hand"
SCRIPTS = "_scripts"  # a folder of the sources: what comes from npm


def settings(source: Path, edition: str) -> dict[str, Any]:
    """Sphinx's settings for an edition: "html" for the web, "epub", or "singlehtml" for paper."""
    return {
        **_shared(source),
        **{"html": _web, "epub": _epub, "singlehtml": _paper}[edition](source),
    }


def _shared(source: Path) -> dict[str, Any]:
    return {
        "project": TITLE,
        "author": "The course's authors",
        "copyright": "the course's authors, MIT licence",
        "version": __version__,
        "release": __version__,
        "language": "en",
        "extensions": [
            "myst_nb",
            "sphinx_copybutton",
            "sphinx.ext.autodoc",
            "sphinx.ext.mathjax",
            "sphinx.ext.viewcode",
            "course_lib.authoring.web.book.extension",
        ],
        "exclude_patterns": [TELLS, SCRIPTS],
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "myst_enable_extensions": ["dollarmath", "amsmath"],
        "myst_heading_anchors": 3,
        "autodoc_preserve_defaults": True,
        "autodoc_member_order": "bysource",
        "autodoc_typehints": "signature",
        "autodoc_inherit_docstrings": False,
        "add_module_names": False,
        "html_math_renderer": "mathjax",
        "mathjax_path": "mathjax.js",
        "pygments_style": "a11y-high-contrast-light",
        "html_static_path": [str(HERE / "static"), str(source / SCRIPTS)],
        "templates_path": [str(HERE / "templates")],
        "html_css_files": ["book.css"],
        "html_show_sphinx": False,
        "html_show_sourcelink": False,
        "html_copy_source": False,
    }


def _web(source: Path) -> dict[str, Any]:
    return {
        "html_theme": "pydata_sphinx_theme",
        "html_title": TITLE,
        "html_baseurl": address("Book"),
        "html_favicon": str(HERE / "static" / "icon.svg"),
        "html_js_files": ["book.js"],
        "html_context": {
            "default_mode": "auto",
            "tells": json.loads((source / TELLS).read_text(encoding="utf-8")),
        },
        "html_theme_options": {
            "logo": {"text": "LSTM variations"},
            "navigation_with_keys": False,
            "show_nav_level": 1,
            "article_header_end": ["page-head"],
            "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
            "footer_start": ["copyright"],
            "footer_end": [],
            "pygments_light_style": "a11y-high-contrast-light",
            "pygments_dark_style": "a11y-high-contrast-dark",
        },
        "html_sidebars": {"index": [], "TEACHING": []},
        "nb_ipywidgets_js": {"require.js": {}, "widgets-here.js": {}, "widgets.js": {}},
        "mathjax3_config": {"options": {"enableMenu": False}},
        # A drawing and a question before the text that stands in for them.
        "nb_mime_priority_overrides": [("html", WIDGET, 0)],
    }


def _stills(source: Path) -> dict[str, Any]:
    return {
        "extensions": [
            name for name in _shared(source)["extensions"]
            if name not in ("sphinx.ext.viewcode", "sphinx_copybutton")
        ],
        "html_theme": "basic",
        "html_css_files": ["book.css", "paper.css"],
    }  # fmt: skip


def _epub(source: Path) -> dict[str, Any]:
    return {
        **_stills(source),
        "html_math_renderer": "mathml",
        "epub_title": TITLE,
        "epub_show_urls": "no",
        "epub_css_files": ["book.css", "epub.css"],
        "epub_exclude_files": ["search.html", "genindex.html", "py-modindex.html"],
        "epub_tocdepth": 2,
        "epub_theme": "epub",
    }


def _paper(source: Path) -> dict[str, Any]:
    return {**_stills(source), "mathjax3_config": {"options": {"enableMenu": False}}}
