"""Submissions that read what they may not: marks, other people's work, the grader's processes."""

from __future__ import annotations

from tests.grading.hostile.hand import attack, reading


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


@attack("the grader's environment")
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
