"""Grades the whole set, and prints what happened to each submission, and its mark."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.grading.hostile import ATTACKS
from tests.grading.hostile.graded import grade_all


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.grading.hostile", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graded = grade_all(Path(folder), [name for name in ATTACKS if options.only in name])
    print("| submission | what it tries | mark | what happened |\n| --- | --- | --- | --- |")
    for name, found in graded.items():
        mark = " + ".join(f"{score:g}" for score in found.marks)
        print(f"| {name} | {found.attack.tries} | {mark} | {found.happened()} |")
    bad = {name: fault for name, found in graded.items() if (fault := found.fault())}
    for name, fault in bad.items():
        print(f"{name}: {fault}", file=sys.stderr)
    print(f"{len(graded)} submissions, {len(bad)} not as they should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
