"""What `launchctl print` shows: the shape of macOS 15, with the lines that a program can use. The manual forbids relying on it."""

import os
import signal

from . import child

SYSEXITS = {
    64: "EX_USAGE", 65: "EX_DATAERR", 66: "EX_NOINPUT", 67: "EX_NOUSER", 68: "EX_NOHOST", 69: "EX_UNAVAILABLE",
    70: "EX_SOFTWARE", 71: "EX_OSERR", 72: "EX_OSFILE", 73: "EX_CANTCREAT", 74: "EX_IOERR", 75: "EX_TEMPFAIL",
    76: "EX_PROTOCOL", 77: "EX_NOPERM", 78: "EX_CONFIG",
}  # fmt: skip


def service(job):
    plist = job.plist
    lines = [
        f"active count = {1 if job.pid else 0}",
        f"path = {job.path}",
        "type = LaunchDaemon",
        f"state = {job.state}",
        "",
        f"program = {child.program(plist)}",
        *_block("arguments", child.arguments(plist)),
        "",
        *_optional("working directory", plist.get("WorkingDirectory")),
        *_optional("stdin path", plist.get("StandardInPath")),
        *_optional("stdout path", plist.get("StandardOutPath")),
        *_optional("stderr path", plist.get("StandardErrorPath")),
        *_environment("inherited environment", {}),
        "",
        *_environment("default environment", {"PATH": child.PATH}),
        "",
        *_environment("environment", plist.get("EnvironmentVariables", {}) | {"XPC_SERVICE_NAME": job.label}),
        "",
        "domain = system",
        *_optional("username", plist.get("UserName")),
        *_optional("group", plist.get("GroupName")),
        f"minimum runtime = {job.throttle}",
        f"exit timeout = {job.exit_timeout}",
        f"runs = {job.runs}",
        *([f"pid = {job.pid}"] if job.pid else []),
        *([f"immediate reason = {'inefficient' if job.runs > 1 else 'speculative'}"] if job.pid else []),
        *_ending(job),
        "",
        "spawn type = daemon (3)",
        "jetsam priority = 40",
        "jetsam memory limit (active) = (unlimited)",
        "jetsam memory limit (inactive) = (unlimited)",
        "jetsamproperties category = daemon",
        "jetsam thread limit = 32",
        "cpumon = default",
        *_optional("run interval", f"{plist['StartInterval']} seconds" if "StartInterval" in plist else None),
        f"job state = {_job_state(job)}",
        *_semaphores(plist.get("KeepAlive")),
        "",
        f"properties = {_properties(plist)}",
    ]
    body = "".join(f"\t{line}\n" if line else "\n" for line in lines)
    return f"system/{job.label} = {{\n{body}}}\n"


def domain(jobs):
    rows = [f"\t\t{job.pid or 0:8} {_status(job.status):>6} \t{job.label}\n" for job in jobs]
    return "system = {\n\ttype = system\n\thandle = 0\n\tservices = {\n" + "".join(rows) + "\t}\n}\n"


def table(jobs):
    rows = [f"{job.pid or '-'}\t{_status(job.status)}\t{job.label}\n" for job in jobs]
    return "PID\tStatus\tLabel\n" + "".join(rows)


def disabled(overrides):
    rows = [f'\t\t"{label}" => {"disabled" if off else "enabled"}\n' for label, off in sorted(overrides.items())]
    return "\tdisabled services = {\n" + "".join(rows) + "\t}\n\tlogin item associations = {\n\t}\n"


def _job_state(job):
    if job.pid:
        return "running"
    return "spawn failed" if job.status is not None and _status(job.status) == child.EX_CONFIG else "exited"


def _ending(job):
    if job.status is None:
        return ["last exit code = (never exited)"]
    if os.WIFSIGNALED(job.status):
        number = os.WTERMSIG(job.status)
        return [f"last terminating signal = {signal.strsignal(number)}: {number}"]
    code = os.WEXITSTATUS(job.status)
    return [f"last exit code = {code}: {SYSEXITS[code]}" if code in SYSEXITS else f"last exit code = {code}"]


def _status(status):
    if status is None:
        return 0
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _properties(plist):
    keep = plist.get("KeepAlive")
    return " | ".join([*(["keepalive"] if keep is True else []), *(["runatload"] if plist.get("RunAtLoad") else []), "inferred program"])


def _semaphores(keep):
    if not isinstance(keep, dict):
        return []
    names = {"SuccessfulExit": "successful exit", "Crashed": "after crash"}
    return _block("semaphores", [f"{names[key]} => {int(value)}" for key, value in keep.items() if key in names])


def _block(name, lines):
    return [f"{name} = {{", *(f"\t{line}" for line in lines), "}"]


def _environment(name, variables):
    return _block(name, [f"{key} => {value}" for key, value in variables.items()])


def _optional(name, value):
    return [] if value is None else [f"{name} = {value}"]
