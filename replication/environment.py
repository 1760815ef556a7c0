"""Install what a verb needs from its hashed lock: `make all` first, the rest when it is first asked for.

Only Python's own library is imported here: nothing else is installed yet when this runs. uv installs a lock in a tenth
of the time that pip takes; pip fetches uv, does all by itself where uv has no wheel or fails, and is told and obeyed on
where packages come from, so a mirror that is set for pip serves both.
"""

from __future__ import annotations

import compileall
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

_HOME = Path(__file__).resolve().parent.parent
# By what they are for: packages of a lock are in no other.
LOCKS = {
    "all": _HOME / "requirements.lock",
    "cluster": _HOME / "requirements-cluster.lock",
    "form": _HOME / "requirements-form.lock",
    "tests": _HOME / "requirements-tests.lock",
    "setup": _HOME / "requirements-setup.lock",
}
_EXACT = ("--no-deps", "--only-binary", ":all:", "--require-hashes")
# What pip is told of where packages come from, and what uv calls it.
_SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def install(*purposes: str) -> int:
    """Install the locks of some purposes into the environment of this interpreter; the status is pip's.

    The environment variable WHEELS names a folder of wheels to install from without a network.
    """
    wanted = [part for purpose in purposes for part in ("-r", str(LOCKS[purpose]))]
    folder = os.environ.get("WHEELS")
    offline = ("--no-index", "--find-links", str(Path(folder).resolve())) if folder else ()
    options = (*_EXACT, *offline, *wanted)
    with tempfile.TemporaryDirectory() as scratch:
        done = _quick(options, offline, Path(scratch))
    status = 0 if done else _run(*_pip("install"), "--no-compile", *options)
    if status == 0:
        _compile()
    return status


def _compile() -> None:
    """Compile to bytecode what is installed, on all processors: else the first run would do it, one by one.

    What packages test themselves with is never run here, and would take a tenth of the room.
    """
    own = re.compile(r"[/\\]tests[/\\]")
    compileall.compile_dir(sysconfig.get_path("purelib"), rx=own, quiet=2, workers=0)


def _quick(options: tuple[str, ...], offline: tuple[str, ...], scratch: Path) -> bool:
    """Install by uv, which is fetched for this once; False where that does not work here."""
    fetch = (*_EXACT, *offline, "--no-compile", "--target", str(scratch), "-r", str(LOCKS["setup"]))
    if _run(*_pip("install"), *fetch, quiet=True) != 0:
        return False
    program = next((file for file in scratch.glob("[bS]*/uv*") if file.stem == "uv"), None)
    if program is None:
        return False
    command = ("pip", "install", "--quiet", "--python", sys.executable)
    return _run(str(program), *command, *options, quiet=True, settings=_settings()) == 0


def _settings() -> dict[str, str]:
    """Give uv the places that pip is set to look in, from its files and from the environment."""
    listed = subprocess.run(  # noqa: S603 - this interpreter
        _pip("config", "list"), capture_output=True, text=True, check=False
    ).stdout
    found = {"UV_NATIVE_TLS": "1"}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = _SETTINGS.get(key.rpartition(".")[2])
        places = [place for place in value.strip("'").split() if _reachable(place)]
        if name and places and name not in os.environ:
            found[name] = " ".join(places)
    return found


def _reachable(place: str) -> bool:
    """Tell whether a place may exist; pip passes over folders that do not, uv stops at them."""
    if place.startswith("file://"):
        return Path(place.removeprefix("file://")).exists()
    return "://" in place or not place.startswith(("/", ".")) or Path(place).exists()


def _pip(*verb: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *verb)


def _run(*command: str, quiet: bool = False, settings: dict[str, str] | None = None) -> int:
    told = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, **(settings or {})}
    return subprocess.call(command, stdout=told, stderr=told, env=environment)  # noqa: S603


if __name__ == "__main__":
    sys.exit(install(*(sys.argv[1:] or ["all"])))
