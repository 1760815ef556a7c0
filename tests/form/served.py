"""A server of the form that can be killed and started again."""

import json
import signal
import subprocess
import sys
import time

from replication import paths

CASES = ("kosovo_1999", "libya_2011")
SERVE = """
import sys
from pathlib import Path
from replication import paths
from replication.codebook import read_codebook
from replication.form.server import serve
paths.BUILD = Path(sys.argv[1]) / ".build"
paths.CODEBOOK = Path(sys.argv[1]) / "codebook.yaml"
sys.exit(serve(Path(sys.argv[1]) / "cases", read_codebook(paths.CODEBOOK), open_browser=False))
"""


class Form:
    """A server that can be killed and started again, and the folder it works in."""

    def __init__(self, home):
        self.home, self.cases, self.codebook = home, home / "cases", home / "codebook.yaml"
        self.process = None

    @property
    def running(self):
        """Whether there is a server now."""
        return self.process is not None and self.process.poll() is None

    def start(self, before=""):
        """Start the server, after some lines of program; give the address that it prints."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + SERVE, str(self.home)],
            cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        assert "The form is at http://127.0.0.1:" in line, line + self.process.stdout.read()
        return line.split()[-1]

    def kill(self):
        """End it as a crash would: nothing of it runs any more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    @property
    def address(self):
        """Address that the server of before and the next one share."""
        last = json.loads((self.home / ".build" / "form" / "address.json").read_text())
        return f"http://127.0.0.1:{last['port']}/{last['token']}/"

    def path(self, case="kosovo_1999"):
        """File of a case."""
        return self.cases / f"{case}.yaml"

    def text(self, case="kosovo_1999"):
        """Text of it, line ends and all."""
        return self.path(case).read_bytes().decode("utf-8")

    def wait_for(self, words, case="kosovo_1999"):
        """Wait until the file of a case holds some words."""
        for _ in range(100):
            if words in self.text(case):
                return
            time.sleep(0.1)
        raise AssertionError(f"{words!r} did not come into the file")
