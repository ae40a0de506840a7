"""One service of the system domain: what its plist says, its process, and when that runs again."""

import os
import signal
import time

from . import child, schedule

CRASHES = {signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV, signal.SIGSYS, signal.SIGTRAP, signal.SIGKILL}


class Job:
    def __init__(self, plist, path):
        self.plist, self.path, self.label = plist, path, plist["Label"]
        self.identity = child.identity(plist)
        self.pid = None
        self.runs = 0
        self.status = None  # of the last wait(2)
        self.spawned_at = None
        self.spawn_at = None  # monotonic: the next start, where one is due
        self.kill_at = None  # monotonic: when patience with SIGTERM ends
        self.restarting = False
        self.removed = False
        self.waiters = []  # called at the next exit
        self.fires_at = schedule.first(plist)  # wall clock

    @property
    def throttle(self):
        return self.plist.get("ThrottleInterval", 10)

    @property
    def exit_timeout(self):
        return self.plist.get("ExitTimeOut", 5)

    @property
    def state(self):
        if self.pid:
            return "running"
        return "spawn scheduled" if self.spawn_at is not None else "not running"

    def loaded(self):
        keep = self.plist.get("KeepAlive")
        at_load = isinstance(keep, dict) and ("SuccessfulExit" in keep or "Crashed" in keep)
        if self.plist.get("RunAtLoad") or keep is True or at_load or self._path_state():
            self.start()

    def start(self):
        """Now, whatever the throttle says."""
        self.spawn_at = None
        if self.pid or self.removed:
            return
        self.runs += 1
        self.spawned_at = time.monotonic()
        self.pid = child.spawn(self.plist, self.identity)

    def demand(self):
        """As soon as the throttle lets it."""
        due = time.monotonic() if self.spawned_at is None else max(time.monotonic(), self.spawned_at + self.throttle)
        if due <= time.monotonic():
            self.start()
        elif not self.pid:
            self.spawn_at = due

    def stop(self):
        self.spawn_at = None
        if self.pid and self.kill_at is None:
            _kill(self.pid, signal.SIGTERM)
            if self.exit_timeout:
                self.kill_at = time.monotonic() + self.exit_timeout

    def restart(self):
        if not self.pid:
            return self.start()
        self.restarting = True
        self.stop()

    def exited(self, status):
        group, self.pid, self.kill_at, self.status = self.pid, None, None, status
        if not self.plist.get("AbandonProcessGroup"):
            _kill(-group, signal.SIGKILL)
        if self.restarting:
            self.restarting = False
            self.start()
        elif not self.removed and self._keeps(status):
            self.demand()
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            waiter()

    def tick(self):
        if self.kill_at is not None and time.monotonic() >= self.kill_at:
            self.kill_at = None
            _kill(-self.pid, signal.SIGKILL)
        if self.spawn_at is not None and time.monotonic() >= self.spawn_at:
            self.start()
        if self.fires_at is not None and time.time() >= self.fires_at:
            self.fires_at = schedule.following(self.plist, self.fires_at)
            self.demand()
        if not self.pid and self.spawn_at is None and self._path_state():
            self.demand()

    def due_in(self):
        """Seconds until `tick` has something to do."""
        now, wall = time.monotonic(), time.time()
        due = [at - now for at in (self.kill_at, self.spawn_at) if at is not None]
        if self.fires_at is not None:
            due.append(self.fires_at - wall)
        keep = self.plist.get("KeepAlive")
        if isinstance(keep, dict) and "PathState" in keep:
            due.append(1)
        return max(0, min(due, default=3600))

    def _keeps(self, status):
        keep = self.plist.get("KeepAlive", False)
        if not isinstance(keep, dict):
            return keep
        succeeded = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
        crashed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in CRASHES
        reasons = [
            "SuccessfulExit" in keep and keep["SuccessfulExit"] == succeeded,
            "Crashed" in keep and keep["Crashed"] == crashed,
            self._path_state(),
        ]
        return any(reasons)

    def _path_state(self):
        keep = self.plist.get("KeepAlive")
        paths = keep.get("PathState", {}) if isinstance(keep, dict) else {}
        return any(os.path.exists(path) == wanted for path, wanted in paths.items())


def _kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
