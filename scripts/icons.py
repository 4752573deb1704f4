"""Draw the icons of the page from `icon.svg`, with Chromium, in the sizes that a home screen asks for.

.venv/bin/python scripts/icons.py
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "src" / "weakties" / "web" / "static" / "weakties"
SIZES = (192, 512)


def main() -> None:
    """Write `icon-SIZE.png` for each size."""
    drawn = (STATIC / "icon.svg").read_text()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawn}"
            )
            page.screenshot(path=str(STATIC / f"icon-{size}.png"))
        browser.close()


if __name__ == "__main__":
    main()
