"""Measures how many frames per second the page of `vidpred export --format web` predicts in headless Chromium.

    vidpred export learned_motion --format web --runtime RUNTIME --out site
    python scripts/benchmark_browser.py site --size 160x240 --threads 1 2

The page is shown from this machine and given a drawn clip, as pictures. The median of the frames after the first ones
counts, in which the browser still translates the runtime.
"""

import argparse
import datetime
import functools
import http.server
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # where a browser is driven

KNOWN, WARM_UP = 7, 8  # frames


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Shows a folder, and does not tell."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measure(folder: Path, height: int, width: int, threads: int, frames: int) -> tuple[list[float], str]:
    """Return the seconds that every predicted frame took, and the browser's name."""
    from browser import Browser  # type: ignore[import-not-found]

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as place, Browser(Path(place) / "profile") as page:
        page.open(f"http://127.0.0.1:{server.server_port}/?threads={threads}")
        wait(page, "vidpred.known")
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        node = page.call("DOM.querySelector", nodeId=root, selector="#files")["nodeId"]
        page.call("DOM.setFileInputFiles", nodeId=node, files=draw(Path(place), height, width))
        wait(page, "!document.querySelector('#choice').hidden")
        page.ask(f"document.querySelector('#side').value = 480; document.querySelector('#horizon').value = {frames}")
        page.click("#go")
        wait(page, f"vidpred.seconds?.length == {frames}")
        found = page.ask("vidpred.seconds"), page.ask("navigator.userAgent.match(/Chrome.[0-9.]+/)[0]")
    server.shutdown()
    return found


def wait(page: Any, condition: str) -> None:
    """Wait until the page says so, for ten minutes; while it loads itself again, it cannot be asked."""
    for _ in range(1200):
        try:
            if page.ask(f"Boolean({condition})"):
                return
        except (AssertionError, RuntimeError):
            pass
        time.sleep(0.5)
    raise SystemExit(f"the page never came to: {condition}")


def draw(place: Path, height: int, width: int) -> list[str]:
    """Draw waves that drift, as pictures."""
    down, across = np.mgrid[:height, :width]
    files = []
    for number in range(KNOWN):
        waves = [np.sin((across + 2 * number) / 5 + colour) * np.cos((down - number) / 7) for colour in range(3)]
        files.append(str(place / f"{number}.png"))
        Image.fromarray((127.5 + 100 * np.stack(waves, axis=-1)).astype(np.uint8)).save(files[-1])
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="that `vidpred export --format web` wrote")
    parser.add_argument("--size", default="160x240", help="height x width, at most 480 on a side")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--frames", type=int, default=30)
    known = parser.parse_args(arguments)
    height, width = map(int, known.size.split("x"))
    print("| threads | frames/s | fastest | first frame (s) | load before |\n|---|---|---|---|---|")
    for threads in known.threads:
        load = os.getloadavg()[0]
        seconds, browser = measure(known.folder, height, width, threads, known.frames)
        steady = seconds[WARM_UP:]
        rates = f"{1 / statistics.median(steady):.1f} | {1 / min(steady):.1f}"
        print(f"| {threads} | {rates} | {seconds[0]:.1f} | {load:.1f} |", flush=True)
    print(
        f"\n{known.size}, {browser}, {platform.processor() or platform.machine()}, {os.cpu_count()} processors, ",
        end="",
    )
    print(f"{datetime.date.today():%d %B %Y}")


if __name__ == "__main__":
    main()
