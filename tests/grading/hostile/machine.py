"""Submissions that end, loop, or take everything the machine has."""

from __future__ import annotations

from tests.grading.hostile.hand import NOTHING, attack
from tests.grading.outlives import OURS

OTHERS = (3.0, 0.0, 3.0)  # the answers before and behind the one that had to be ended are right
STEP = "def lstm_step(x, h_, c_, W, R, b):\n    "


@attack("os._exit(0) in the second answer", OTHERS, "ended the Python process (exit code 0)")
def leaves(hand):
    return hand.solved(two="import os\nos._exit(0)")


@attack("a kill of every process it can see, then of itself", OTHERS, "killed by SIGKILL")
def kills(hand):
    return hand.solved(
        two=f"""{STEP}import os
    for pid in (-1, 1, os.getppid(), os.getpid()):
        try:
            os.kill(pid, 9)
        except OSError:
            pass"""
    )


@attack("memory: an array larger than the machine, then one small piece after the other", OTHERS)
def takes_memory(hand):
    return hand.solved(
        two=f"""{STEP}try:
        np.ones(10**12)
    except MemoryError:
        pass
    kept = []
    while True:
        try:
            kept.append(np.ones(10**6))
        except MemoryError:
            import os
            os.fork()"""
    )


@attack("a fork bomb", OTHERS)
def forks(hand):
    return hand.solved(
        two="""
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    )


@attack("a process that is to outlive the grading", NOTHING)
def stays(hand):
    return hand.wrong(f"""
import subprocess
subprocess.Popen(["sleep", "{OURS}"], start_new_session=True)
""")


@attack("an endless loop in a function", OTHERS, "took longer than")
def loops_in_a_function(hand):
    return hand.solved(two=f"{STEP}while True:\n        pass")


@attack("an endless loop that ignores what would interrupt it", OTHERS, "could not be interrupted")
def loops_and_ignores(hand):
    return hand.solved(
        two=f"""{STEP}import signal
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    while True:
        pass"""
    )


@attack("an endless wait", OTHERS, "waited for more than")
def waits(hand):
    return hand.solved(two=f"{STEP}import time\n    time.sleep(10**6)")


@attack("an endless loop at top level", OTHERS, "took longer than")
def loops_at_top_level(hand):
    return hand.solved(two="while True:\n    pass")


@attack("an endless loop when a module of its own is imported", OTHERS, "took longer than")
def loops_at_import(hand):
    return hand.solved(two="open('endless.py', 'w').write('while True: pass')\nimport endless")


@attack("100 MB printed, by Python and past it; the answers are right", (3.0, 4.0, 3.0),
        "more characters were not kept")  # fmt: skip
def prints(hand):
    return hand.solved("""
import os
for _ in range(100):
    print("x" * 500_000)
    os.write(1, b"x" * 500_000)
    os.write(2, b"x" * 500_000)
""")


@attack("an answer of 400 MB", OTHERS)
def answers_at_length(hand):
    return hand.solved(two=f"{STEP}return np.ones((50_000_000,)), h_")


@attack("disk: files until there is no more room", NOTHING)
def fills_the_disk(hand):
    return hand.wrong("""
import os
written = 0
for folder in ("/tmp", "/dev/shm", "/", "/dev", "/course", "/var/tmp", "/home"):
    for number in range(100):
        try:
            with open(f"{folder}/big{number}", "wb") as file:
                written += file.write(bytes(10**7))
        except OSError:
            break
if written > 200_000_000:
    print("LEAK", written)
""")
