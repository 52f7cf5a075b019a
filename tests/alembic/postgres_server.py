"""A private PostgreSQL server for one comparison: started, and taken away whatever happens."""
import contextlib
import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

ADMIN = "rehearse_admin"  # a superuser
START_LIMIT_S = 30
_SETTINGS = {"listen_addresses": "", "log_checkpoints": "off", "fsync": "off", "synchronous_commit": "off",
             "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0",
             "max_connections": "40", "max_locks_per_transaction": "512", "max_prepared_transactions": "20", "shared_buffers": "64MB", "jit": "off", "autovacuum": "off",
             "timezone": "UTC", "lc_messages": "C", "dynamic_shared_memory_type": "mmap"}
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class NoServer(Exception):
    """There are no programs, or no account, to start one with."""


@contextlib.contextmanager
def private_server():
    """The folder of the socket of a server that lasts as long as the context does."""
    programs = _programs()
    account = _account()
    signal.signal(signal.SIGTERM, _leave)
    os.register_at_fork(after_in_child=_end_when_told)
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="beside-alembic-", dir=in_memory) as folder:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, log = os.path.join(folder, "data"), os.path.join(folder, "log")
        made = _run([os.path.join(programs, "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8",
                     "--locale=C", "--lc-ctype=C.UTF-8", "--username", ADMIN, "--pgdata", data],
                    account, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        text, _ = made.communicate()
        if made.returncode:
            raise RuntimeError("initdb failed: " + text)
        _leave_maps_out(data)
        options = [word for key, value in {**_SETTINGS, "unix_socket_directories": folder}.items()
                   for word in ("-c", "%s=%s" % (key, value))]
        with open(log, "w", encoding="utf-8") as log_file:
            server = _run([os.path.join(programs, "postgres"), "-D", data] + options, account,
                          stdout=log_file, stderr=log_file)
        try:
            _await(server, folder, log)
            _visit_template(folder)
            yield folder
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()


def _leave_maps_out(data):
    """Maps of free space and of what is visible: the server makes anew what it needs of them, and every
    database is a quarter fewer files to copy."""
    for path in glob.glob(os.path.join(data, "base", "*", "*_fsm")) + glob.glob(
            os.path.join(data, "base", "*", "*_vm")):
        os.remove(path)


def _programs():
    """The folder of the newest server's programs."""
    on_path = [os.path.dirname(os.path.realpath(path)) for path in [shutil.which("initdb")] if path]
    installed = glob.glob("/usr/lib/postgresql/*/bin")
    installed.sort(key=lambda path: float(path.split("/")[-2]), reverse=True)
    for folder in on_path + installed:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise NoServer("no PostgreSQL server programs")


def _account():
    """Who runs the server, as it refuses to run as root; None: we do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("no account to run PostgreSQL")


def _run(command, account, **streams):
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent,
                            **who, **streams)


def _end_with_parent():
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGQUIT)


def _leave(_signal, _frame):
    raise SystemExit(128 + signal.SIGTERM)


def _end_when_told():
    """The server is the parent's. An exception that some `except` of a child swallows would have its pool wait for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _visit_template(folder):
    """The first session of a database writes down what it has gathered of the catalogs. Copies of template0 have that from the
    beginning, if one was there."""
    import psycopg2

    allow = "ALTER DATABASE template0 ALLOW_CONNECTIONS %s"
    with contextlib.closing(psycopg2.connect(host=folder, user=ADMIN, dbname="postgres")) as admin:
        admin.autocommit = True
        admin.cursor().execute(allow % True)
        psycopg2.connect(host=folder, user=ADMIN, dbname="template0").close()
        admin.cursor().execute(allow % False)


def _await(server, folder, log):
    import psycopg2  # whoever has no driver gets no further than asking for the programs

    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            admin = psycopg2.connect(host=folder, user=ADMIN, dbname="postgres")
            break
        except psycopg2.OperationalError as err:
            if server.poll() is not None or time.monotonic() > deadline:
                with open(log, encoding="utf-8") as file:
                    raise RuntimeError("PostgreSQL did not start: " + file.read()) from err
            time.sleep(0.02)
    admin.close()
