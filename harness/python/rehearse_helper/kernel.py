"""What the kernel can be asked to refuse, whatever Python code or a C library tries.

The audit hook (guard.py) sees what goes through Python, and can say what was meant to be reached. Libraries in C
connect by themselves: where the machine lets us, the helper therefore has no network at all, and cannot start
programs. Both are asked for once, before the first fork, and cannot be taken back by what runs in a child.
Each function returns whether it was granted; a machine that grants nothing is no error.
"""
from __future__ import annotations

import ctypes
import os
import signal
import struct

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# linux/seccomp.h, linux/filter.h, linux/audit.h
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # or'ed with an errno
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_MACHINES = {  # AUDIT_ARCH, execve, execveat
    "x86_64": (0xC000003E, 59, 322),
    "aarch64": (0xC00000B7, 221, 281),
}

_libc = ctypes.CDLL(None, use_errno=True)


def cut_network() -> bool:
    """Move to a network of our own, which has nothing in it. Unix sockets that have a path still work."""
    if _unshare(_CLONE_NEWNET):  # root may
        return True
    probe = os.fork()  # a user namespace that comes without its maps would leave us unable to make files
    if probe == 0:
        os._exit(0 if _cut_network_as_user() else 1)
    _, status = os.waitpid(probe, 0)
    return status == 0 and _cut_network_as_user()


def _cut_network_as_user() -> bool:
    """In a user namespace of our own, in which we are who we are."""
    user, group = os.geteuid(), os.getegid()
    if not _unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        return False
    try:
        _put("/proc/self/setgroups", "deny")
        _put("/proc/self/uid_map", f"{user} {user} 1")
        _put("/proc/self/gid_map", f"{group} {group} 1")
    except OSError:
        return False
    return True


def forbid_programs() -> bool:
    """From here on execve() fails with EPERM, here and in every child."""
    machine = _MACHINES.get(os.uname().machine)
    if machine is None or not hasattr(_libc, "prctl"):
        return False
    architecture, execve, execveat = machine
    refuse = _REFUSE | 1  # EPERM
    program = b"".join([
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_JUMP_IF_EQUAL, architecture, if_not=3),
        _instruction(_LOAD, _NUMBER_AT),
        _instruction(_JUMP_IF_EQUAL, execve, if_so=2),
        _instruction(_JUMP_IF_EQUAL, execveat, if_so=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, refuse),
    ])
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: how many, padding, where
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    filter_ = ctypes.create_string_buffer(header, len(header))
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(filter_))


def die_with_parent() -> None:
    """Ask to be killed when the parent ends, however it ends."""
    if hasattr(_libc, "prctl"):
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _instruction(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)


def _unshare(flags: int) -> bool:
    return hasattr(_libc, "unshare") and _libc.unshare(flags) == 0


def _prctl(option: int, value: int, third: int = 0) -> bool:
    return _libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(third), ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0


def _put(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
