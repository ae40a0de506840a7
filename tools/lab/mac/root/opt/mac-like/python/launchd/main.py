"""Process 1 of a Mac-like host: starts and supervises daemons, takes in orphans, answers launchctl."""

import os
import selectors
import signal
import socket
import struct
import sys

from . import machine
from .control import Control

SOCKET = "/private/var/run/launchd.sock"


class Launchd:
    def __init__(self):
        self.control = Control()
        self.selector = selectors.DefaultSelector()
        self.halting = None  # what to do when all services have ended

    def run(self):
        machine.prepare()
        self._catch_signals()
        self._listen()
        self._reap()  # of before a restart
        self.control.load_folders("/System/Library/LaunchDaemons", "/Library/LaunchDaemons")
        while True:
            due = min((job.due_in() for job in self.control.jobs.values()), default=3600)
            for key, _ in self.selector.select(due):
                key.data(key.fileobj)
            self._reap()
            for job in list(self.control.jobs.values()):
                job.tick()
            if self.halting and not any(job.pid for job in self.control.jobs.values()):
                self.halting()

    def _catch_signals(self):
        self.wakeup = reader, writer = socket.socketpair()
        for end in self.wakeup:
            end.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._halt(lambda: sys.exit(0)))
        signal.signal(signal.SIGINT, lambda *_: self._halt(machine.reboot))
        self.selector.register(reader, selectors.EVENT_READ, lambda end: end.recv(4096))

    def _halt(self, then):
        self.halting = then
        for job in self.control.jobs.values():
            job.removed = True
            job.stop()

    def _reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for job in list(self.control.jobs.values()):
                if job.pid == pid:
                    job.exited(status)

    def _listen(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(SOCKET)
        os.chmod(SOCKET, 0o666)
        listener.listen(64)
        self.selector.register(listener, selectors.EVENT_READ, self._accept)

    def _accept(self, listener):
        """A request is words with NULs between them; its answer code and length of the output, the output, the errors."""
        connection, _ = listener.accept()
        connection.settimeout(2)
        try:
            _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            with connection.makefile("r") as request:
                words = request.read()
        except (OSError, ValueError):
            return connection.close()

        def reply(stdout, stderr, code):
            try:
                output = stdout.encode()
                connection.sendall(f"{code} {len(output)}\n".encode() + output + stderr.encode())
            except OSError:
                pass
            connection.close()

        self.control.answer(uid, words.split("\0") if words else [], reply)
