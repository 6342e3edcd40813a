"""Takes the pictures of `vidpred web` for its docs: the page in a headless Chromium, after it has continued a clip.

    python scripts/make_web_picture.py docs/web.png docs/web_dark.png

The clip is the one that the package ships, which the shipped weights have not been trained on.
"""

import argparse
import importlib
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

from vidpred import load_predictor
from vidpred.applications.web.address import LOOPBACK, address_of, listen
from vidpred.applications.web.clips import Limits
from vidpred.applications.web.shelf import Shelf
from vidpred.machine.files import replacing
from vidpred.runs.choices import choices
from vidpred.runs.shipped import CLIP, DEFAULT

TESTS = Path(__file__).parents[1] / "tests"  # where the browser is driven from
SHOWN_STEP = 5
WIDTH, HEIGHT = 1280, 1080  # of the window; its own bar takes some of the height
SHRUNK_WIDTH, COLOURS = 1040, 256  # of a picture, which make it small
SETTLED = 1.0  # seconds, after which nothing moves any more
PLAYER = "!!document.querySelector('.vp-player[data-ready]')"
SLIDE = "(slider => { slider.value = %d; slider.dispatchEvent(new Event('input', { bubbles: true })); })"


def main() -> None:
    """Serve the page, use it, and take pictures by day and by night."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("light", type=Path, help="the PNG of the light page; an older one is replaced")
    parser.add_argument("dark", type=Path, help="the PNG of the dark page; an older one is replaced")
    arguments = parser.parse_args()
    sys.path.append(str(TESTS))
    browser = importlib.import_module("browser")
    from vidpred.applications.web.serving import application, private_folder, served

    shelf = Shelf(lambda: choices(Path("runs"), DEFAULT), load_predictor)
    with private_folder() as folder, tempfile.TemporaryDirectory() as profile:
        listener = listen("127.0.0.1", None)
        door = application(shelf, Limits(), folder, CLIP, LOOPBACK)
        address = address_of("127.0.0.1", listener)
        with served(door, listener), browser.Browser(profile, width=WIDTH, height=HEIGHT) as tab:
            for path, theme in ((arguments.light, "light"), (arguments.dark, "dark")):
                _use(tab, f"{address}/?__theme={theme}")
                _save(path, tab.screenshot())
                print(f"wrote {path}")


def _use(tab: Any, address: str) -> None:
    """Open the page, take the example and predict."""
    tab.open(address)
    tab.wait_for("!!document.querySelector('#vp-example')")
    time.sleep(SETTLED)
    tab.click("#vp-example")
    tab.wait_for("!!document.querySelector('.vp-moment img')")
    time.sleep(SETTLED)
    tab.click("#vp-predict")
    tab.wait_for(PLAYER)
    tab.ask(f"{SLIDE % SHOWN_STEP}(document.querySelector('.vp-controls input'))")
    tab.ask("window.scrollTo(0, 0)")
    time.sleep(SETTLED)


def _save(path: Path, picture: bytes) -> None:
    """Write a picture with few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((SHRUNK_WIDTH, round(image.height * SHRUNK_WIDTH / image.width)), Image.Resampling.LANCZOS)
    small = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    with replacing(path) as temporary:
        small.save(temporary, format="PNG", optimize=True)


if __name__ == "__main__":
    main()
