"""Make the pictures of the HTTP door's page: the real page in Chromium, on a real `say-serve` with espeak.

    python scripts/page_pictures.py

writes docs/pictures/page-light.png, page-dark.png and page-small.png. Needs Chromium, Pillow, and the fonts Inter and P052
(Debian: fonts-inter, fonts-urw-base35), which stand for those of a desktop; no part of the tests.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Route

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.browsing import Window, browser, chromium  # noqa: E402  # the path is set just above
from tests.fakes.daemon import Daemon  # noqa: E402
from tests.fakes.http_door import HttpDoor  # noqa: E402

STORY = (
    "The house stood at the end of the lane, where the hedges met. Nobody had lived in it since the war. "
    "Every evening a light went on in the upper window, and every morning it was out again.\n\n"
    "“You should go and look,” said Anna. “Tonight, before it rains.”"
)
MARKED = "upper"
DONE = (
    "Chapter one, in which the lamp is found",
    "Minutes of the meeting: what was decided, and who does it by when",
)
UNDER_WAY = "Chapter two, in which nobody comes home before the lamp has been lit. " * 1400
SIZES = {"light": (1000, 1075), "dark": (1000, 1075), "small": (390, 844)}


def post(address: str, path: str, **fields: object) -> dict[str, object]:
    """Return the answer to a request with these fields."""
    request = urllib.request.Request(  # noqa: S310  # our own server
        f"{address}/{path}", json.dumps(fields).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        made: dict[str, object] = json.load(answer)
    return made


def wait_for_job(address: str, job: dict[str, object], wanted: str) -> None:
    """Wait until a job is in that state."""
    while job["status"] != wanted:
        time.sleep(0.1)
        with urllib.request.urlopen(f"{address}/api/v1/tts/{job['tts_id']}") as answer:  # noqa: S310
            job = json.load(answer)


def with_desktop_font(route: Route) -> None:
    """Serve the page's style with Inter for the font of the desktop, which a browser without one has not."""
    style = (ROOT / "say/gateways/http/page/page.css").read_text(encoding="utf-8")
    route.fulfill(body=style.replace("system-ui", "Inter"), content_type="text/css")


def draw(running: Browser, address: str, name: str) -> None:
    """Play the story, and keep what is to be seen at one of its words."""
    width, height = SIZES[name]
    window = Window(
        running,
        address,
        color_scheme="dark" if name == "dark" else "light",
        reduced_motion="reduce",  # no mark on its way between two words
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
    )
    post(address, "api/v1/tts/generate", text=UNDER_WAY, voice="bf_emma", speed=1.1)
    window.page.route("**/page.css", with_desktop_font)
    window.page.reload()
    window.page.get_by_label("Text", exact=True).fill(STORY)
    window.page.get_by_label("Voice", exact=True).select_option("bm_george")
    window.page.get_by_role("button", name="Play", exact=True).click()
    at = STORY.index(MARKED)
    window.until(lambda: window.marked()[-1:] and window.marked()[-1][0] >= at, f"{MARKED!r} is marked")
    window.page.mouse.move(0, 0)
    shot = Image.open(io.BytesIO(window.page.screenshot()))
    path = ROOT / "docs" / "pictures" / f"page-{name}.png"
    shot.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    window.page.get_by_role("button", name="Stop", exact=True).click()
    under_way = window.page.locator("#list li").first
    under_way.get_by_role("button", name="Cancel: ").click()
    under_way.get_by_role("button", name="Delete: ").click()
    window.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    window.page.get_by_role("dialog").wait_for(state="hidden")
    window.close()
    sys.stdout.write(f"docs/pictures/{path.name}: {path.stat().st_size // 1024} KiB\n")


def main() -> None:
    found = chromium()
    if found is None:
        raise SystemExit("Chromium is not installed: 'apt-get install chromium'")
    with (
        tempfile.TemporaryDirectory() as place,
        Daemon(Path(place), engine="espeak") as daemon,
        HttpDoor(daemon) as door,
        browser(found) as running,
    ):
        for text, voice in zip(DONE, ("bm_george", "af_heart"), strict=True):
            wait_for_job(door.address, post(door.address, "api/v1/tts/generate", text=text, voice=voice), "completed")
        for name in SIZES:
            draw(running, door.address, name)


if __name__ == "__main__":
    main()
