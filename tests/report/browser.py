"""A headless Chromium, driven over two pipes in its own debugging protocol; no packages needed.

Chromium reads JSON messages from file descriptor 3 and writes them to 4, each ended by a zero byte
(https://chromedevtools.github.io/devtools-protocol/, "--remote-debugging-pipe").
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from tests.processes import started

BROWSER_TESTS = "test_in_browser.py"
NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 90.0
"""Seconds after which an answer is no longer waited for."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
_START = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(pipe), fcntl.F_DUPFD, 10) for pipe in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts the pipes where Chromium looks for them, and becomes Chromium."""


def chromium() -> str | None:
    """Path of the Chromium installed here, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One Chromium with one page; everything it reports is kept in `events`."""

    def __init__(self, program: str, home: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self._last, self._rest = 0, b""
        with ExitStack() as ending:
            self._start(program, home, ending)
            page = self._send("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
            attach = {"targetId": page, "flatten": True}
            self._session = self._send("Target.attachToTarget", attach, None)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.do(f"{domain}.enable")
            self._ending = ending.pop_all()

    def _start(self, program: str, home: Path, ending: ExitStack) -> None:
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        for pipe in (self._to, self._from):
            ending.callback(os.close, pipe)
        command = ("-I", "-c", _START, to_read, to_write, program, *FLAGS)
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}
        running = started(
            *command, f"--user-data-dir={home}", pass_fds=(to_read, to_write), **quiet
        )
        self._process = ending.enter_context(running)
        os.close(to_read)
        os.close(to_write)

    def close(self) -> None:
        """End it."""
        with self._ending:
            self._process.terminate()
            self._process.wait(timeout=30)

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the page for something and wait for the answer."""
        return self._send(method, parameters, self._session)

    def open(self, path: Path) -> None:
        """Open a file and wait until it has loaded."""
        self.events.clear()
        self.do("Page.navigate", url=path.resolve().as_uri())
        end = time.monotonic() + _PATIENCE
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive(end))

    def value(self, script: str) -> Any:
        """What a JavaScript expression gives."""
        found = self.do("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """Set the size of the window in pixels."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def picture(self) -> bytes:
        """The whole page as PNG."""
        shot = self.do("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        """The page as it prints."""
        printed = self.do("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])

    def of(self, *methods: str) -> list[dict[str, Any]]:
        """Parameters of events of some kinds, since the page was opened."""
        return [event["params"] for event in self.events if event["method"] in methods]

    def _send(self, method: str, parameters: dict[str, Any], session: str | None) -> dict[str, Any]:
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + _PATIENCE
        while (answer := self._receive(end)).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _receive(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._from], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            more = os.read(self._from, 1 << 20)
            if not more:
                raise ConnectionError(f"Chromium ended with code {self._process.wait()}")
            self._rest += more
        text, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        return message
