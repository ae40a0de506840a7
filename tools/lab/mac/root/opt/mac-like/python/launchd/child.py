"""From fork to exec, as launchd.plist(5) says it."""

import grp
import os
import pwd
import resource
import signal

EX_CONFIG = 78
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
OPEN_FILES = 256  # launchctl limit maxfiles
LIMITS = {
    "NumberOfFiles": resource.RLIMIT_NOFILE,
    "NumberOfProcesses": resource.RLIMIT_NPROC,
    "Core": resource.RLIMIT_CORE,
    "CPU": resource.RLIMIT_CPU,
    "Data": resource.RLIMIT_DATA,
    "FileSize": resource.RLIMIT_FSIZE,
    "MemoryLock": resource.RLIMIT_MEMLOCK,
    "ResidentSetSize": resource.RLIMIT_RSS,
    "Stack": resource.RLIMIT_STACK,
}


def program(plist):
    return plist.get("Program") or plist["ProgramArguments"][0]


def arguments(plist):
    return plist.get("ProgramArguments") or [plist["Program"]]


def identity(plist):
    """What the system may start in the name of a job is pinned when it is loaded: here by the file, there by its code signature.
    A script has no signature."""
    try:
        with open(program(plist), "rb") as file:
            found = os.fstat(file.fileno())
            return None if file.read(2) == b"#!" else (found.st_dev, found.st_ino, found.st_mtime_ns)
    except OSError:
        return None


def spawn(plist, pinned):
    """Starts the process. What cannot be set up, and another program than the pinned one, ends it with 78, EX_CONFIG."""
    pid = os.fork()
    if pid:
        return pid
    try:
        if pinned and identity(plist) != pinned:
            os._exit(EX_CONFIG)
        os.setsid()
        _signals()
        env = {"PATH": PATH, "XPC_SERVICE_NAME": plist["Label"], "XPC_FLAGS": "0x0"}
        _limits(plist)
        if "RootDirectory" in plist:
            os.chroot(plist["RootDirectory"])
        env |= _become(plist)
        os.chdir(plist.get("WorkingDirectory", "/"))
        os.umask(_umask(plist.get("Umask", 0o22)))
        os.nice(plist.get("Nice", 0))
        _open(0, plist.get("StandardInPath"), os.O_RDONLY)
        _open(1, plist.get("StandardOutPath"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        _open(2, plist.get("StandardErrorPath"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.closerange(3, 256)
        env |= plist.get("EnvironmentVariables", {})
        # posix_spawnp(3) looks a bare name up in launchd's own PATH.
        os.execvpe(program(plist), arguments(plist), env)
    except Exception:
        pass
    finally:
        os._exit(EX_CONFIG)


def _signals():
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def _limits(plist):
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    for key, side in (("HardResourceLimits", 1), ("SoftResourceLimits", 0)):
        for name, value in plist.get(key, {}).items():
            now = list(resource.getrlimit(LIMITS[name]))
            now[side] = value
            if side == 1:
                now[0] = min(now) if now[0] != resource.RLIM_INFINITY else value
            resource.setrlimit(LIMITS[name], tuple(now))


def _become(plist):
    user, group = plist.get("UserName"), plist.get("GroupName")
    if not user and not group:
        return {}
    account = pwd.getpwnam(user) if user else pwd.getpwuid(0)
    gid = grp.getgrnam(group).gr_gid if group else account.pw_gid
    if plist.get("InitGroups", True):
        os.initgroups(account.pw_name, gid)
    else:
        os.setgroups([gid])
    os.setgid(gid)
    os.setuid(account.pw_uid)
    name = account.pw_name
    return {"HOME": account.pw_dir, "USER": name, "LOGNAME": name, "SHELL": account.pw_shell} if user else {}


def _umask(value):
    return int(value, 8) if isinstance(value, str) else value


def _open(number, path, flags):
    opened = os.open(path or "/dev/null", flags if path else os.O_RDWR, 0o644)
    os.dup2(opened, number)
    if opened != number:
        os.close(opened)
