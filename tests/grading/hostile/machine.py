"""Submissions that go for the machine, the marks on it, and other people's work."""

from __future__ import annotations

from tests.grading.hostile.hand import NOTHING, attack, reading

FIRST = (3.0, 0.0, 0.0)
STEP = "def lstm_step(x, h_, c_, W, R, b):\n    "


# --- ends, loops, and takes everything there is --------------------------------------------------


@attack("os._exit(0) in the second answer", FIRST, "ended the Python process (exit code 0)")
def leaves(hand):
    return hand.solved(two="import os\nos._exit(0)")


@attack("a kill of every process it can see, then of itself", FIRST, "killed by SIGKILL")
def kills(hand):
    return hand.solved(
        two=f"""{STEP}import os
    for pid in (-1, 1, os.getppid(), os.getpid()):
        try:
            os.kill(pid, 9)
        except OSError:
            pass"""
    )


@attack("memory: an array larger than the machine, then one small piece after the other", FIRST)
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


@attack("a fork bomb", FIRST)
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
    return hand.wrong("""
import subprocess
subprocess.Popen(["sleep", "98765"], start_new_session=True)
""")


@attack("an endless loop in a function", FIRST, "took longer than")
def loops_in_a_function(hand):
    return hand.solved(two=f"{STEP}while True:\n        pass")


@attack(
    "an endless loop that catches whatever would interrupt it", FIRST, "could not be interrupted"
)
def loops_and_catches(hand):
    return hand.solved(
        two=f"""{STEP}while True:
        try:
            while True:
                pass
        except BaseException:
            pass"""
    )


@attack("an endless wait", FIRST, "waited for more than")
def waits(hand):
    return hand.solved(two=f"{STEP}import time\n    time.sleep(10**6)")


@attack("an endless loop at top level", FIRST, "took longer than")
def loops_at_top_level(hand):
    return hand.solved(two="while True:\n    pass")


@attack("an endless loop when a module of its own is imported", FIRST, "took longer than")
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


@attack("an answer of 400 MB", FIRST)
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


# --- reads what it may not -----------------------------------------------------------------------


@attack("the gradebook read and rewritten", leaks=True)
def reads_the_gradebook(hand):
    return hand.wrong(
        reading(hand.root / "grading/*.db", hand.root / "grading/secret"),
        f"""
import sqlite3
try:
    book = sqlite3.connect({str(hand.root / "grading/gradebook.db")!r})
    book.execute("update grade set auto_score = 10, manual_score = 10")
    book.commit()
    print("LEAK")
except Exception as error:
    print(type(error))
""",
    )


@attack("the other students' submissions read", leaks=True)
def reads_the_others(hand):
    return hand.wrong(reading(hand.root / "grading/submitted/*/*/*.ipynb",
                              hand.folder.parent / "*/*.ipynb", "../*/*.ipynb"))  # fmt: skip


@attack("the grader's processes read by way of /proc: command lines, environments, files, memory",
        leaks=True)  # fmt: skip
def reads_proc(hand):
    return hand.wrong(f"""
import glob, os
for path in glob.glob("/proc/[0-9]*"):
    try:
        line = open(path + "/cmdline").read().replace("\\0", " ")
        if "course_lib.grading" in line or "pytest" in line or "hostile" in line:
            print("LEAK", line[:80])
    except OSError:
        pass
    for way in ("root", "cwd"):
        try:
            if os.path.exists(path + "/" + way + {str(hand.root)!r} + "/grading/secret"):
                print("LEAK", path, way)
        except OSError:
            pass
    for number in glob.glob(path + "/fd/*"):
        try:
            if "gradebook" in os.readlink(number):
                print("LEAK", number)
        except OSError:
            pass
""")


@attack("the grader's environment", leaks=True)
def reads_the_environment(hand):
    return hand.wrong("""
import glob, os
print([f"LEAK {name}" for name in os.environ if name.startswith("GRADER_")])
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"GRADER_" in open(path, "rb").read():
            print("LEAK", path)
    except OSError:
        pass
""")


@attack("the network: a server on this machine, one elsewhere, an abstract socket", leaks=True)
def goes_online(hand):
    return hand.wrong(f"""
import socket, urllib.request
for address in (("127.0.0.1", {hand.port}), ("localhost", {hand.port})):
    try:
        socket.create_connection(address, timeout=1).sendall(b"the answers, please")
        print("LEAK", address)
    except OSError:
        pass
for address in ("\\0hostile-{hand.port}", "/run/dbus/system_bus_socket"):
    try:
        socket.socket(socket.AF_UNIX).connect(address)
        print("LEAK", address)
    except OSError:
        pass
""")


@attack("more rights: another user, a mount, a namespace, a device, a higher limit")
def wants_more_rights(hand):
    return hand.wrong("""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0 or libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
    print("LEAK a namespace or a mount")
device = lambda: os.mknod("/tmp/m", 0o20666, 0x101)
for way in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.setgroups([0]), device):
    try:
        way()
        print("LEAK", way)
    except OSError:
        pass
import resource
for what in (resource.RLIMIT_NPROC, resource.RLIMIT_AS):
    try:
        resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("LEAK", what)
    except (OSError, ValueError):
        pass
""")


@attack("its inputs, printed while it is asked, to answer them at home for the next time")
def prints_its_inputs(hand):  # and would find others the next time: tests/grading/test_scores.py
    return hand.wrong(
        one="""
def valves(*given):
    print("LEAK", given)
    return tuple(np.ones(1) for _ in "ifgo")
"""
    )
