"""What is installed: kegs in the Cellar, links to them, pins. The programs in a keg are links to those of Debian's packages."""

import fcntl
import json
import os
import re
import shutil
import subprocess

from homebrew import pins

PREFIX = "/opt/homebrew"
CELLAR = f"{PREFIX}/Cellar"
DEBIAN = "/opt/mac-like/debian"
LOCKS = f"{PREFIX}/var/homebrew/locks"
PINNED = f"{PREFIX}/var/homebrew/pinned"

with open(os.path.join(os.path.dirname(__file__), "formulae.json")) as file:
    FORMULAE = json.load(file)


class BrewError(Exception):
    pass


def debian(*words):
    """Does something as root in the Debian root: /opt/mac-like/sbin/debian says what there is."""
    done = subprocess.run(["sudo", "-n", "/opt/mac-like/sbin/debian", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise BrewError(f"Debian's package manager behind this double failed: {done.stderr.strip()}")
    return done.stdout


def known(name):
    if name not in FORMULAE:
        raise BrewError(f'No available formula with the name "{name}".')
    return FORMULAE[name]


def stable(name):
    """Version of what a new installation has, spelled as upstream does."""
    text = debian("version", known(name)["packages"][0]).strip()
    return re.sub(r"[+~]dfsg.*$|-[^-]*$", "", text.split(":")[-1])


def revision(name):
    return known(name).get("revision", 0)


def offered(name):
    """Version of its keg: with the revision, once there is one."""
    return f"{stable(name)}_{revision(name)}" if revision(name) else stable(name)


def versions(name):
    folder = f"{CELLAR}/{name}"
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def installed():
    return sorted(os.listdir(CELLAR)) if os.path.isdir(CELLAR) else []


def outdated(name):
    return bool(versions(name)) and versions(name)[-1] != offered(name)


def receipt(name):
    with open(f"{CELLAR}/{name}/{versions(name)[-1]}/INSTALL_RECEIPT.json") as file:
        return json.load(file)


def dependents(name):
    return [other for other in installed() if name in FORMULAE[other].get("dependencies", [])]


def is_pinned(name):
    return os.path.islink(f"{PINNED}/{name}")


def pinned_version(name):
    return os.path.basename(os.readlink(f"{PINNED}/{name}"))


def pin(name):
    pins.add(PINNED, name, f"../../../Cellar/{name}/{versions(name)[-1]}")


def unpin(name):
    pins.remove(PINNED, name)


def lock(name, verb):
    """Held until this process ends."""
    os.makedirs(LOCKS, exist_ok=True)
    held = open(f"{LOCKS}/{name}.formula.lock", "w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BrewError(
            f"A `brew {verb} {name}` process has already locked {CELLAR}/{name}.\nPlease wait for it to finish or terminate it to continue."
        ) from error
    return held


def install(name, on_request=True):
    formula = known(name)
    for other in formula.get("dependencies", []):
        if not versions(other):
            install(other, on_request=False)
    held = lock(name, "install")
    version = offered(name)
    keg = f"{CELLAR}/{name}/{version}"
    print(f"==> Fetching {name}\n==> Pouring {name}--{version}.arm64_sequoia.bottle.tar.gz", flush=True)
    debian("install", *formula["packages"])
    if "headers" in formula:
        debian("headers", *formula["headers"])
    part = f"{PREFIX}/var/homebrew/tmp/{name}"
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(f"{part}/bin")
    for program in _programs(formula):
        os.symlink(program, f"{part}/bin/{formula.get('rename', {}).get(os.path.basename(program), os.path.basename(program))}")
    if "keg" in formula:
        debian("own", *formula["keg"])
    _wrap(name, part)
    _pour(name, formula, f"{part}/.bottle/etc")
    with open(f"{part}/INSTALL_RECEIPT.json", "w") as file:
        json.dump({"installed_on_request": on_request, "installed_as_dependency": not on_request, "source": {"tap": "homebrew/core"}}, file)
    os.makedirs(f"{CELLAR}/{name}", exist_ok=True)
    os.rename(part, keg)
    _link(name, keg, formula.get("keg_only", False))
    _configure(name, formula)
    held.close()
    print(f"🍺  {keg}: {len(os.listdir(f'{keg}/bin'))} files", flush=True)


def uninstall(name):
    held = lock(name, "uninstall")
    version = versions(name)[-1]
    others = {package for other in installed() if other != name for package in FORMULAE[other]["packages"]}
    print(f"Uninstalling {CELLAR}/{name}/{version}... ", flush=True)
    for folder in ("bin", "opt"):
        for link in os.listdir(f"{PREFIX}/{folder}"):
            path = f"{PREFIX}/{folder}/{link}"
            if os.path.islink(path) and f"Cellar/{name}/" in os.readlink(path):
                os.unlink(path)
    _remove(name)
    mine = [package for package in FORMULAE[name]["packages"] if package not in others]
    if mine:
        debian("remove", *mine)
    held.close()


def upgrade(name):
    """The new keg first, and then those of before."""
    before = versions(name)
    install(name, receipt(name)["installed_on_request"])
    for version in before:
        _remove(name, version)


def _remove(name, version=""):
    """What is not Homebrew's own, it may not remove; a double's keg is partly Debian's."""
    keg = f"{CELLAR}/{name}/{version or versions(name)[-1]}"
    folders = [f"{DEBIAN}/{folder}" for folder in FORMULAE[name].get("keg", [])]
    foreign = [path for folder in (keg, *folders) for path, _, _ in os.walk(folder) if os.stat(path).st_uid != os.getuid()]
    if foreign:
        raise BrewError(f"Could not remove {name} keg! Do so manually:\n  sudo rm -rf {keg}")
    shutil.rmtree(keg)
    if not versions(name):
        os.rmdir(f"{CELLAR}/{name}")


def _programs(formula):
    if "folders" in formula:
        return [f"{DEBIAN}/{folder}/{program}" for folder in formula["folders"] for program in sorted(os.listdir(f"{DEBIAN}/{folder}"))]
    if "programs" in formula:
        return [f"{DEBIAN}/{program}" for program in formula["programs"]]
    listed = debian("programs", *formula["packages"]).split()
    return [f"{DEBIAN}{path}" for path in listed]


def _wrap(name, part):
    """nginx has its configuration where Homebrew keeps it; what Python compiles of its library lies in its keg."""
    if name.startswith("python@"):
        program = name.replace("@", "")
        real = os.readlink(f"{part}/bin/{program}")
        os.unlink(f"{part}/bin/{program}")
        with open(f"{part}/bin/{program}", "w") as file:
            file.write(
                "#!/bin/sh\n# Mac-like: compiles into Homebrew's keg.\n"
                'keg=$(dirname "$(dirname "$(realpath "$0")")")\n'
                f'[ -n "$PYTHONDONTWRITEBYTECODE" ] || mkdir -p "$keg/lib/__pycache__/compiled" 2>/dev/null\nexec {real} "$@"\n'
            )
        os.chmod(f"{part}/bin/{program}", 0o755)
    if name != "nginx":
        return
    real = os.readlink(f"{part}/bin/nginx")
    os.unlink(f"{part}/bin/nginx")
    with open(f"{part}/bin/nginx", "w") as file:
        file.write(
            "#!/bin/sh\n# Mac-like: Homebrew's nginx has its files below its prefix.\n"
            f'case " $* " in *" -e "*) ;; *) set -- -e {PREFIX}/var/log/nginx/error.log "$@" ;; esac\n'
            f'case " $* " in *" -c "*) ;; *) set -- -c {PREFIX}/etc/nginx/nginx.conf "$@" ;; esac\nexec {real} "$@"\n'
        )
    os.chmod(f"{part}/bin/nginx", 0o755)


def _link(name, keg, keg_only):
    os.makedirs(f"{PREFIX}/opt", exist_ok=True)
    _symlink(f"../Cellar/{name}/{os.path.basename(keg)}", f"{PREFIX}/opt/{name}")
    for program in [] if keg_only else os.listdir(f"{keg}/bin"):
        _symlink(f"../Cellar/{name}/{os.path.basename(keg)}/bin/{program}", f"{PREFIX}/bin/{program}")


def _symlink(target, path):
    if os.path.islink(path):
        os.unlink(path)
    os.symlink(target, path)


def _pour(name, formula, etc):
    """The configuration as the formula has it: a bottle keeps it in its keg."""
    for path, source in formula.get("etc", {}).items():
        os.makedirs(os.path.dirname(f"{etc}/{path}"), exist_ok=True)
        if os.path.isdir(f"{DEBIAN}/{source}"):
            shutil.copytree(f"{DEBIAN}/{source}", f"{etc}/{path}", ignore=shutil.ignore_patterns("modules-enabled", "sites-*"))
        else:
            shutil.copyfile(f"{DEBIAN}/{source}", f"{etc}/{path}")
    if name == "nginx":
        with open(f"{etc}/nginx/nginx.conf", "w") as file:
            file.write("events {}\nhttp {\n    include mime.types;\n    include servers/*;\n    server { listen 8080; }\n}\n")


def _configure(name, formula):
    """What stands in etc and var stays, also when a formula is removed."""
    for path in (f"{PREFIX}/etc", f"{PREFIX}/var/log", f"{PREFIX}/var/run"):
        os.makedirs(path, exist_ok=True)
    kept = f"{PREFIX}/opt/{name}/.bottle/etc"
    for path in formula.get("etc", {}):
        target = f"{PREFIX}/etc/{path}"
        if os.path.exists(target):
            continue
        if os.path.isdir(f"{kept}/{path}"):
            shutil.copytree(f"{kept}/{path}", target)
        else:
            shutil.copyfile(f"{kept}/{path}", target)
    if name == "nginx":
        for path in ("log", "run"):
            os.makedirs(f"{PREFIX}/var/{path}/nginx", exist_ok=True)
        for path in ("etc/nginx/servers", "var/www"):
            os.makedirs(f"{PREFIX}/{path}", exist_ok=True)
    if "initdb" in formula and not os.path.exists(f"{PREFIX}/var/{formula['initdb']}"):
        command = [f"{PREFIX}/opt/{name}/bin/initdb", "--locale=C.UTF-8", "--encoding=UTF8", "-D", f"{PREFIX}/var/{formula['initdb']}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
