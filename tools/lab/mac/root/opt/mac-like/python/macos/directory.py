"""Open Directory's local node: users and groups with all their attributes. /etc/passwd and /etc/group follow from it, as Linux reads those."""

import contextlib
import fcntl
import json
import os

FILE = "/private/var/db/mac-like/directory.json"
PASSWD = "/private/etc/passwd"
GROUP = "/private/etc/group"


def load():
    try:
        with open(FILE) as file:
            return json.load(file)
    except FileNotFoundError:
        return _first()


@contextlib.contextmanager
def change():
    """Gives the records, and keeps what is done to them."""
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(f"{FILE}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        records = load()
        yield records
        _write(FILE, json.dumps(records, indent=1))
        publish()


def publish():
    """Writes the files that Linux reads. sshd wants its own account, which a Mac calls _sshd."""
    records = load()
    users = ["sshd:*:75:75:sshd Privilege separation:/var/empty:/usr/bin/false"]
    for name, user in records["Users"].items():
        if "UniqueID" not in user:
            continue
        fields = [
            name,
            "*",
            str(int(user["UniqueID"][0]) % 2**32),
            str(int(value(user, "PrimaryGroupID", "20")) % 2**32),
            value(user, "RealName", name),
            value(user, "NFSHomeDirectory", "/var/empty"),
            value(user, "UserShell", "/usr/bin/false"),
        ]
        users.append(":".join(fields))
    groups = []
    for name, group in records["Groups"].items():
        if "PrimaryGroupID" in group:
            number = int(group["PrimaryGroupID"][0]) % 2**32
            groups.append(f"{name}:*:{number}:{','.join(group.get('GroupMembership', []))}")
    _write(PASSWD, "\n".join(users) + "\n")
    _write(GROUP, "\n".join(groups) + "\n")


def value(record, key, otherwise=None):
    return (record.get(key) or [otherwise])[0]


def _first():
    """The accounts that macOS comes with, from the files that the host's root holds."""
    users, groups = {}, {}
    for line in _lines(PASSWD):
        name, _, uid, gid, real, home, shell = line.split(":")
        users[name] = {
            "RecordName": [name],
            "UniqueID": [uid],
            "PrimaryGroupID": [gid],
            "RealName": [real],
            "NFSHomeDirectory": [home],
            "UserShell": [shell],
            "Password": ["*"],
        }
    for line in _lines(GROUP):
        name, _, gid, members = line.split(":")
        groups[name] = {"RecordName": [name], "PrimaryGroupID": [gid], "GroupMembership": members.split(",") if members else []}
    return {"Users": users, "Groups": groups}


def _lines(path):
    with open(path) as file:
        return [line for line in file.read().splitlines() if line and not line.startswith("#")]


def _write(path, text):
    with open(f"{path}.new", "w") as file:
        file.write(text)
    os.chmod(f"{path}.new", 0o644)  # whatever the umask of who calls dscl
    os.replace(f"{path}.new", path)
