"""Programs of Python that start at once: what they import is imported once, and each run of one is a fork of that process.

A program on trial is started hundreds of times, and Alembic takes half a second to import.
"""
import contextlib
import os
import signal
import socket
import sys
import traceback

import alembic.config

LIMIT_S = 120  # for a run whose client has gone

CLIENT = """\
#!%s -ISE
import os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(%r)
    words = [os.getcwd(), %r, str(len(sys.argv) - 1)] + sys.argv[1:] + ["%%s=%%s" %% item for item in os.environ.items()]
    socket.send_fds(server, ["\\0".join(words).encode("utf-8", "surrogateescape") + b"\\0\\0"], [0, 1, 2])
    status = server.recv(1)
sys.exit(status[0] if status else 70)
"""


@contextlib.contextmanager
def warm_programs(folder, programs):
    """Executables in `folder` called as the keys of `programs`, which are functions of their arguments."""
    address = os.path.join(folder, ".warm")
    for name in programs:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(CLIENT % (sys.executable, address, name))
        os.chmod(file.name, 0o755)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(16)
        server = os.fork()
        if server == 0:
            _never_return(_serve, listener, programs)
    try:
        yield
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def run_alembic(words):
    """What the program `alembic` is."""
    sys.dont_write_bytecode = True  # files are written anew within a second
    alembic.config.main(argv=words, prog="alembic")


def _serve(listener, programs):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that end
    while True:
        client, _ = listener.accept()
        if os.fork() == 0:
            _never_return(_answer, client, programs)
        client.close()


def _never_return(function, *arguments):
    """What the parent has on its stack, and would clean up, is none of a child's business."""
    try:
        function(*arguments)
    finally:
        os._exit(0)


def _answer(client, programs):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.alarm(LIMIT_S)
    client.sendall(bytes([_run(client, programs)]))


def _run(client, programs):
    """Its exit status."""
    request, descriptors, _, _ = socket.recv_fds(client, 1 << 20, 3)
    while not request.endswith(b"\0\0"):
        request += client.recv(1 << 20)
    folder, name, count, *words = request[:-2].decode("utf-8", "surrogateescape").split("\0")
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(word.split("=", 1) for word in words[int(count):])
    try:
        os.chdir(folder)
        status = programs[name](words[:int(count)]) or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # as Python ends where nobody takes it
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status & 255
