"""What a Mac has done before its first daemon starts, here on Linux."""

import contextlib
import os
import shutil
import signal
import subprocess

from macos import directory, preferences

DEBIAN = "/opt/mac-like/debian"


def prepare():
    os.environ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
    for folder in ("/private/tmp", "/private/var/run"):
        _empty(folder)
    os.chmod("/private/tmp", 0o1777)
    # Debian's PostgreSQL has its socket here, Homebrew's in /tmp.
    os.symlink("/private/tmp", "/private/var/run/postgresql")
    # Debian's Nginx buffers here, Homebrew's below its prefix.
    os.makedirs("/private/var/lib", exist_ok=True)
    if not os.path.islink("/private/var/lib/nginx"):
        os.symlink("/opt/homebrew/var/run/nginx", "/private/var/lib/nginx")
    os.makedirs("/run/sshd", exist_ok=True)
    if os.path.isdir("/root"):
        os.rmdir("/root")  # systemd-nspawn makes it
    for folder in ("dev", "proc"):
        if os.path.ismount(f"{DEBIAN}/{folder}"):
            continue
        subprocess.run([f"{DEBIAN}/usr/bin/mount", "--rbind", f"/{folder}", f"{DEBIAN}/{folder}"], check=False)
    for file in ("resolv.conf", "hosts"):
        shutil.copyfile(f"/private/etc/{file}", f"{DEBIAN}/etc/{file}")
    if not os.path.exists(preferences.FILE):
        preferences.first()
    preferences.take_effect()
    with directory.change():
        pass  # writes what follows from the records
    _own_homebrew()
    # What pf filtered is forgotten.
    subprocess.run([f"{DEBIAN}/usr/sbin/nft", "flush", "ruleset"], check=False)


def _own_homebrew():
    """As Homebrew's installer leaves its prefix: an administrator's own."""
    if os.path.exists("/opt/homebrew/Cellar"):
        return
    for folder in ("Caskroom", "etc", "include", "lib", "opt", "sbin", "share", "Library/Taps", "var/homebrew/locks", "var/homebrew/tmp", "Cellar"):
        os.makedirs(f"/opt/homebrew/{folder}", exist_ok=True)
    for folder, _, files in os.walk("/opt/homebrew"):
        for path in (folder, *(f"{folder}/{file}" for file in files)):
            os.chown(path, 501, 80)


def reboot():
    """All processes end and the first one begins anew: who runs the container may take its reboot for its end."""
    os.sync()
    signal.set_wakeup_fd(-1)
    with contextlib.suppress(ProcessLookupError):  # none was left
        os.kill(-1, signal.SIGKILL)
    os.execv("/sbin/launchd", ["/sbin/launchd"])


def _empty(folder):
    """As at each boot of macOS."""
    os.makedirs(folder, exist_ok=True)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)
