"""Where nbgrader reads and writes: masters in solutions/, all but exercises/ under grading/.

nbgrader's own commands are run from this folder, in an environment with the extra `grading`
whose bin is on PATH.
"""

from pathlib import Path

here = Path(__file__).resolve().parent
(here / "grading").mkdir(exist_ok=True)  # or the gradebook could not be opened

c = get_config()  # noqa: F821 (nbgrader hands it over)
c.CourseDirectory.root = str(here)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
for written in ("submitted", "autograded", "feedback", "solution", "source_with_tests"):
    c.CourseDirectory[f"{written}_directory"] = f"grading/{written}"
c.CourseDirectory.db_url = f"sqlite:///{here}/grading/gradebook.db"

# Students' code runs in a sandbox, and what it hands over is judged outside (course_lib/grading).
c.MarkFromOutside.root = str(here)
c.Autograde.autograde_preprocessors = [
    "course_lib.grading.preprocessor.MarkFromOutside",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
