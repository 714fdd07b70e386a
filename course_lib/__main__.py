"""The course's commands for those without make: python3 course_lib lab

Any Python may come by here, even one too old for the course: it is told so, in words it can read.
"""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 8):  # noqa: UP036 (what is asked for is what cannot be known here)
        words = (
            "The course needs Python 3.11 or newer, and this is {}.{}. "
            "Cure: name a newer one, as  python3.12 course_lib lab"
        )
        sys.exit(words.format(*sys.version_info[:2]))
    from pathlib import Path

    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from course_lib.authoring.commands import COMMANDS
    from course_lib.authoring.launcher import main

    sys.exit(main(sys.argv[1:], COMMANDS))
