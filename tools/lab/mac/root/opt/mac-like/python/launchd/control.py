"""launchctl(1), the part that runs in launchd: each subcommand answers standard output, standard error and exit code."""

import os
import signal

from . import plist, printing
from .job import Job, _kill
from .overrides import Overrides

ESRCH, EPERM, NOT_FOUND = 3, 1, 113
DISABLED = (119, "Service is disabled")


class Refusal(Exception):
    def __init__(self, code, words):
        super().__init__(words)
        self.code, self.words = code, words


class Control:
    def __init__(self):
        self.jobs = {}
        self.overrides = Overrides()

    def load_folders(self, *folders):
        """At boot: what is disabled or not well-formed is passed over."""
        for folder in folders:
            for path in _plists(folder):
                try:
                    self._load(path)
                except plist.Refused:
                    continue

    def answer(self, uid, argv, reply):
        """Calls `reply(stdout, stderr, code)`, at once or when the thing is done."""
        name, *words = argv or ["help"]
        subcommand = getattr(self, f"do_{name.replace('-', '_')}", None)
        try:
            if subcommand is None:
                raise Refusal(64, f"Unrecognized subcommand: {name}\nUsage: launchctl <subcommand> ... | help [subcommand]")
            out = subcommand(uid, words, reply)
            if out is not None:
                reply(out, "", 0)
        except Refusal as refusal:
            reply("", f"{refusal.words}\n", refusal.code)

    def do_bootstrap(self, uid, words, reply):
        _need_domain(words, "bootstrap <domain-target> [service-path, service-path2, ...]", paths=True)
        if uid != 0:
            raise Refusal(5, "Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.")
        for given in words[1:]:
            for path in _plists(given) if os.path.isdir(given) else [given]:
                try:
                    self._load(os.path.abspath(path))
                except plist.Refused as refused:
                    raise Refusal(refused.number, f"Bootstrap failed: {refused}") from refused
        return ""

    def do_bootout(self, uid, words, reply):
        """Answers before the process has ended; until then the label is taken."""
        usage = "bootout <domain-target> [service-path1, service-path2, ...] | <service-target>"
        _need_domain(words, usage)
        if uid != 0:
            raise Refusal(EPERM, "Boot-out failed: 1: Operation not permitted")
        labels = [_label(words[0], usage)] if len(words) == 1 else [_label_in(path) for path in words[1:]]
        for label in labels:
            job = self.jobs.get(label)
            if job is None:
                raise Refusal(ESRCH, "Boot-out failed: 3: No such process")
            if job.removed:
                raise Refusal(36, "Boot-out failed: 36: Operation now in progress")
            job.removed = True
            if job.pid:
                job.waiters.append(lambda label=label: self.jobs.pop(label))
                job.stop()
            else:
                self.jobs.pop(label)
        return ""

    def do_enable(self, uid, words, reply):
        return self._override(uid, words, "enable", False)

    def do_disable(self, uid, words, reply):
        return self._override(uid, words, "disable", True)

    def do_kickstart(self, uid, words, reply):
        flags = [word for word in words if word.startswith("-")]
        kill, tell = any("k" in flag for flag in flags), any("p" in flag for flag in flags)
        job = self._job([word for word in words if word not in flags], "kickstart [-k] [-p] <service-target>")
        if uid != 0:
            raise Refusal(EPERM, f'Could not kickstart service "{job.label}": 1: Operation not permitted')
        if job.removed:
            raise Refusal(37, f'Could not kickstart service "{job.label}": 37: Operation already in progress')
        if kill and job.pid:
            job.waiters.append(lambda: reply(_spawned(job, tell), "", 0))
            job.restart()
            return None
        job.start()
        return _spawned(job, tell)

    def do_kill(self, uid, words, reply):
        usage = "kill <signal-name|signal-number> <service-target>"
        if len(words) != 2:
            raise Refusal(64, f"Usage: launchctl {usage}")
        job = self._job(words[1:], usage)
        if uid != 0:
            raise Refusal(EPERM, f'Could not signal service "{job.label}": 1: Operation not permitted')
        if not job.pid:
            raise Refusal(ESRCH, "No process to signal.")
        _kill(job.pid, _signal(words[0]))
        return ""

    def do_print(self, uid, words, reply):
        if words in (["system"], ["system/"]):
            return printing.domain(self.jobs.values())
        return printing.service(self._job(words, "print <domain-target> | <service-target>"))

    def do_print_disabled(self, uid, words, reply):
        _need_domain(words, "print-disabled <domain-target>")
        return printing.disabled(self.overrides.all())

    def do_list(self, uid, words, reply):
        if not words:
            # Of a user other than root: its own domain, which a Mac without a screen does not have.
            return printing.table(self.jobs.values() if uid == 0 else [])
        if uid != 0 or words[0] not in self.jobs:
            raise Refusal(NOT_FOUND, f'Could not find service "{words[0]}" in domain for system')
        return printing.service(self.jobs[words[0]])

    def do_version(self, uid, words, reply):
        return "Mac-like double of launchd, Darwin Bootstrapper Version 7.0.0\n"

    def do_managername(self, uid, words, reply):
        return "System\n"

    def _load(self, path):
        found = plist.read(path)
        label = found["Label"]
        if label in self.jobs:
            raise plist.Refused(*plist.EIO)
        if self.overrides.disabled(label, found.get("Disabled", False)):
            raise plist.Refused(*DISABLED)
        self.jobs[label] = Job(found, path)
        self.jobs[label].loaded()

    def _override(self, uid, words, name, off):
        label = _label(words[0] if words else "", f"{name} <service-target>")
        if uid != 0:
            raise Refusal(EPERM, f"Could not {name} service: 1: Operation not permitted")
        self.overrides.set(label, off)
        return ""

    def _job(self, words, usage):
        label = _label(words[0] if len(words) == 1 else "", usage)
        if label not in self.jobs:
            raise Refusal(NOT_FOUND, f'Bad request.\nCould not find service "{label}" in domain for system')
        return self.jobs[label]


def _need_domain(words, usage, paths=False):
    if not words or words[0].split("/")[0] != "system" or (paths and len(words) < 2):
        raise Refusal(64, f"Usage: launchctl {usage}")


def _label(target, usage):
    """Only the system domain: user and gui domains need a login, which a Mac without a screen does not have."""
    domain, _, label = target.partition("/")
    if domain in ("gui", "user", "login"):
        raise Refusal(125, f"Could not find domain for {target}: 125: Domain does not support specified action")
    if domain != "system" or not label:
        raise Refusal(64, f"Usage: launchctl {usage}")
    return label


def _label_in(path):
    try:
        return plist.read(path)["Label"]
    except plist.Refused as refused:
        raise Refusal(refused.number, f"Boot-out failed: {refused}") from refused


def _plists(folder):
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [os.path.join(folder, name) for name in names if name.endswith(".plist") and not name.startswith(".")]


def _signal(word):
    if word.isdigit():
        return int(word)
    try:
        return signal.Signals[word if word.startswith("SIG") else f"SIG{word}"]
    except KeyError as error:
        raise Refusal(64, f"Unknown signal: {word}") from error


def _spawned(job, tell):
    return f"{job.pid}\n" if tell else ""
