"""Marks that a grader can trust. For Linux, with bubblewrap and the extra `grading`.

A class's work, from a folder with one folder or file a student (what a learning platform's
download gives) to marks, pages and a table:

    make grade ASSIGNMENT=ps1_standard_lstm FROM=~/Downloads/class
    make grade ASSIGNMENT=... FROM=... GRADE_ARGS='--due "2026-12-01 12:00 +0100" --workers 4'
    make grade ASSIGNMENT=... FROM=... GRADE_ARGS='--roster class.csv --policy class.toml'
    make grade-demo           a made-up class of twenty, to see how it goes
    make release              dist/*.zip, what students get

The same in steps, each of which may be repeated and goes on where it was:

    python -m course_lib.grading self-test          does the sandbox hold here?
    python -m course_lib.grading release NAME       tells the gradebook (--due)
    python -m course_lib.grading collect NAME FOLDER
    python -m course_lib.grading autograde NAME     --workers 4
    python -m course_lib.grading feedback NAME      after grading by hand, too
    python -m course_lib.grading export NAME        grading/NAME.csv, a line a student, and
                                                    NAME.class.html, what the class shows

Written answers are graded by hand in nbgrader's formgrader (JupyterLab, menu Nbgrader), and a mark
may be changed there; then run feedback and export again. Everything written is under grading/,
which git ignores: gradebook.db, submitted/, autograded/, feedback/, results/, and `secret`. Keep
the secret to yourself, and with the gradebook: without it a second run draws other inputs. Whoever
was taken in stays in the table until their folder is removed from submitted/.

A student's name is that of the folder or file, less what a browser or a platform adds. Where all
names are as Moodle or Canvas writes them, they are read so; where a few are not, these are named,
and --lms moodle, canvas or folder settles it. For other names there is --student, a regular
expression whose group is the name. The time of a submission is its file's; with --stamps that in
timestamp.txt, which only you or nbgrader may have put there. Lateness is shown on the page and in
the table. It costs points only where nbgrader_config.py sets nbgrader's
LateSubmissionPlugin.penalty_method, or a policy says so.

--roster takes a table of one's own, Moodle's grading worksheet or Canvas' gradebook, each as it was
exported: who handed in nothing gets a line, and tables go back in the platform's own columns, with
Moodle's pages as a ZIP (roster.py, platforms.py). Two hand-ins of one person are refused then, and
an extension for somebody whom it doesn't know. --policy is a file with extensions, a late
policy, questions that are dropped or given to all, and a curve (policy.py); the table's columns
`final` and `done` say what came of it, and NAME.changes.txt which marks have changed since the last
table. --anonymous puts codes in the place of names. It leaves a student's id, which most platforms
make from the name: folders, the table's column `student`, and the formgrader's *Manage Submissions*
and *Manage Students* show it; its *Manual Grading* has numbers. Slow cells: --cell-seconds,
--seconds (of a notebook, and as many for all the runs in which later questions are tried again).

Where `make release ROSTER=class.csv` gave each student an edition of their own, each is marked on
theirs, drawn again from the secret and from that roster (editions.py).

How a mark comes about
    opening.py      the notebook is found: in a folder or an archive, under whatever name
    reading.py      its cells are read, whichever editor wrote them
    submission.py   the text of a submission's cells is put into the released exercise; its marks,
                    points, locked text and test cells are never used
    sandbox.py      the notebook runs in bubblewrap: no network, no file but Python's own and a copy
                    of course_lib (library.py), limits on time, memory, processes, disk and output
    inside.py       cells run in a shell that takes what editors add (shell.py); each question's
                    function is called with inputs drawn for this submission (scores.py), from a
                    secret; what it returns is handed over as plain values
    scores.py       outside, the process that alone holds the reference compares them
    marking.py      where an earlier answer is wrong, later ones are tried with a correct one, too
    processes.py    all this, up to a notebook with its verdicts, for several hand-ins at once, each
                    in a process that no other depends on
    gradebook.py    nbgrader's gradebook gets the marks; the formgrader works as ever
                    (preprocessor.py is for nbgrader's own command)
    pages.py        a page for each student, within limits, without a network

What is promised
    A point is given for values that are right on inputs nobody has seen, and for nothing else:
    whatever the notebook does to its own process, it has only values to hand over. The inputs
    change with any change of the submission.
    A student's code reaches no gradebook, secret, other submission or network, no copy of the
    course that is installed here, and no solution but to questions that are judged already, in a
    run of which only "passed" is kept. It holds neither the machine nor the next submission up.
    What it ends is left out, and the rest is run.
    Every failure stands on that student's page, with its reason. The same files give the same
    marks, unless a notebook is itself random.
    Pages hold no HTML or script of a student's, only text and PNG pictures.
    Before anything is graded the sandbox is tried (selftest.py): where one promise fails, grading
    refuses. `--unsafe` runs students' code as yourself, for code that you have read.

What is not
    The masters of a public course are public, and so is the library: a student can copy an answer
    into a notebook, from there or from a neighbour. Leaving modules out of the sandbox only keeps
    an answer from importing them. TEACHING.md says how to give each student an edition of
    their own.
    A mistake costs its own question, but what was left blank costs those that call it as well.
    Whether a function leaves its arguments alone is asked of the student's own process, and a
    forged answer to that goes unnoticed; forged values do not.
    A flaw in Linux's own isolation, in bubblewrap or in NumPy's handling of plain bytes is not
    covered. The filter of system calls refuses memory that is counted for nobody, and no more.
    Memory is watched ten times a second, where the kernel's own limit is a process's: a sandbox may
    exceed its limit for that long. When the machine's memory runs out, a sandbox that holds much of
    it is ended, and one that holds little is not marked: it is to be run again.
"""
