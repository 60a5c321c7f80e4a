"""`make pictures`: walks through the story once more and lays four of its screenshots side by side."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests import tools

ROOT: Final = Path(__file__).resolve().parent.parent
STORY: Final = "english-mouse"
PARTS: Final = (
    ("dialog", "A reader marks the words"),
    ("case", "An editor decides"),
    ("notice", "The article is corrected, and says so"),
    ("log", "So does the public log"),
)
SHEET: Final = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; display: grid; grid-template-columns: 1fr 1fr; gap: 24px; width: 1552px;
  background: #dfe3e6; font: 600 22px/1.4 "Noto Serif", serif; color: #1d2326 }}
figure {{ margin: 0 }} figcaption {{ padding: 0 0 10px }}
div {{ height: 432px; overflow: hidden; border-radius: 6px; box-shadow: 0 2px 12px #0003; background: #fff }}
img {{ width: 100%; display: block }}
</style>{figures}"""
FIGURE: Final = '<figure><figcaption>{caption}</figcaption><div><img src="{address}"></div></figure>'


def main() -> None:
    """Take the screenshots and write docs/pictures/story.png."""
    chromium = tools.chromium()
    if chromium is None:
        sys.exit(tools.CHROMIUM.advice)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "CORRIGENDA_PICTURES": name, "CORRIGENDA_DATA_DIR": f"{name}/data"}
        story = f"tests/journeys/test_story.py::test_the_story[{STORY}]"
        subprocess.run([sys.executable, "-m", "pytest", "-q", story], cwd=ROOT, env=environment, check=True)
        figures = "".join(
            FIGURE.format(caption=caption, address=(folder / f"{STORY}-{part}-window.png").as_uri())
            for part, caption in PARTS
        )
        sheet = folder / "sheet.html"
        sheet.write_text(SHEET.format(figures=figures), encoding="utf-8")
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
            page = browser.new_page(viewport={"width": 1600, "height": 1040})
            page.goto(sheet.as_uri())
            page.screenshot(path=ROOT / "docs/pictures/story.png", full_page=True)
            browser.close()


if __name__ == "__main__":
    main()
