"""relay.py SOCKET PORT_FILE - reach a server on a Unix socket over TCP. Its port is written to PORT_FILE."""
import os
import socket
import sys
import threading


def pass_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them has hung up


def main(path, port_file):
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    while True:
        client, _ = listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(path)
        for ends in (client, server), (server, client):
            threading.Thread(target=pass_on, args=ends, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
