"""Draw the preview image of shared links, and the icons, with Chromium: `python -m scripts.card`.

They are committed, because a build must not require a browser.
"""

import shutil
import struct
from html import escape

from connect_errors.site.index import pages
from playwright.sync_api import Browser, sync_playwright

from scripts.console import ROOT

ASSETS = ROOT / "docs/assets"
COLORS = {"incident": "#b3261e", "attention": "#8a5300", "expected": "#0f6b64"}


def card_html() -> str:
    codes = "".join(
        f'<li style="border-color:{COLORS[handbook.severity]}">{escape(handbook.title)}</li>'
        for handbook in sorted(pages(), key=lambda handbook: list(COLORS).index(handbook.severity))
    )
    return (
        "<style>body{margin:0;width:1200px;height:630px;box-sizing:border-box;padding:70px 80px;background:#fff;"
        "color:#1c2429;font-family:sans-serif}h1{font-size:60px;line-height:1.15;margin:0 0 36px;"
        "letter-spacing:-.02em}ul{columns:2;list-style:none;margin:0;padding:0;font:24px/1 monospace}"
        "li{border-left:6px solid;padding:8px 0 8px 14px;margin-bottom:18px;break-inside:avoid}"
        "p{color:#55626a;font-size:26px;margin:30px 0 0}</style>"
        f"<h1>Smartcar Connect errors: what each means and what to do</h1><ul>{codes}</ul>"
        "<p>connect-errors.github.io</p>"
    )


def icon_html(size: int) -> str:
    drawing = (ASSETS / "favicon.svg").read_text(encoding="utf-8")
    return (
        f"<style>body{{margin:0;background:#fff}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawing}"
    )


def draw(browser: Browser, html: str, width: int, height: int) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(html)
    picture: bytes = page.screenshot()
    return picture


def pack_ico(png: bytes, size: int) -> bytes:
    """Build an ICO file that contains one PNG."""
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), 22) + png


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        (ASSETS / "card.png").write_bytes(draw(chromium, card_html(), 1200, 630))
        (ASSETS / "apple-touch-icon.png").write_bytes(draw(chromium, icon_html(180), 180, 180))
        (ROOT / "docs/favicon.ico").write_bytes(pack_ico(draw(chromium, icon_html(32), 32, 32), 32))
        chromium.close()
