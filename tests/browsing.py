"""The built pages in a real browser: what a visit brings back."""

import contextlib
import functools
import http.server
import os
import shutil
import threading

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]

SETTLED = """async () => {
  await document.fonts.ready;
  if (window.MathJax) {
    const begun = () => MathJax.startup && MathJax.startup.promise;
    for (let i = 0; i < 100 && !begun(); i++) await new Promise(r => setTimeout(r, 50));
    await MathJax.startup.promise;
  }
  for (const img of document.images) { img.loading = 'eager'; await img.decode().catch(() => 0); }
}"""

# Each stage shows its first picture, or says why not.
STAGES_STAND = """() => [...document.querySelectorAll('.gan-stage')].every(
  (e) => e.ganStage && (e.ganStage.now.movie || !e.querySelector('.gs-message').hidden))"""

# Formulas that are not set, or set in red.
MATHEMATICS = """() => ({
  wanted: document.querySelectorAll('.math.notranslate').length,
  empty: [...document.querySelectorAll('.math.notranslate')].filter(e => !e.querySelector('mjx-container'))
    .map(e => e.textContent.slice(0, 60)),
  errors: [...document.querySelectorAll('mjx-merror')].map(e => e.title || e.textContent.slice(0, 60)),
})"""

PICTURES = """() => [...document.querySelectorAll('article img, main img')]
  .filter(i => !i.naturalWidth || !i.alt.trim())
  .map(i => (i.naturalWidth ? 'no alt text: ' : 'not loaded: ') + i.src.slice(0, 90))"""

CUT_OFF = """() => [...document.querySelectorAll(
    'article div.highlight pre, article mjx-container[display="true"]')]
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.textContent.slice(0, 60))"""

# What sticks out of the window to the right, unless something around it scrolls.
OVERFLOW = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = e => {
    for (; e && e !== document.body; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true;
  };
  const out = [...document.querySelectorAll('article *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > edge && !scrolls(e) && getComputedStyle(e).position !== 'fixed';
  });
  const wide = document.documentElement.scrollWidth > edge ? ['the page scrolls sideways'] : [];
  const named = e => `${e.tagName}.${e.getAttribute('class') || ''} ${e.textContent.trim().slice(0, 40)}`;
  return wide.concat(out.slice(0, 5).map(named));
}"""


@contextlib.contextmanager
def launched():
    """A Chromium or Chrome, or a skip that says so (an error where REQUIRE_BROWSER is set)."""
    from playwright.sync_api import Error, sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        where = {"executable_path": found} if found else {"channel": "chrome"}
        try:
            browser = playwright.chromium.launch(args=ARGUMENTS, **where)
        except Error as error:
            reason = "no Chromium or Chrome found: install one (apt install chromium)"
            if os.environ.get("REQUIRE_BROWSER"):
                raise RuntimeError(reason) from error
            pytest.skip(reason)
        yield browser
        browser.close()


@contextlib.contextmanager
def served(folder):
    """The folder over http, on a free port of this machine; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Visit:
    """One page in one window, with what it said and whom it asked."""

    def __init__(self, browser, url, width=1280, dark=False, leads_to=None):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on(
            "console",
            lambda m: self.said.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda e: self.said.append(f"uncaught: {e}"))
        self.page.on("requestfailed", lambda r: self.said.append(f"failed: {r.url} {r.failure}"))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.goto(url, wait_until="load")
        if leads_to:
            self.page.wait_for_url(leads_to, wait_until="load")
        self.page.evaluate(SETTLED)
        self.page.wait_for_function(STAGES_STAND)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.close()

    def off_site(self, home):
        return [url for url in self.asked if not url.startswith((home, "data:", "blob:"))]

    def faults(self):
        """Formulas, pictures and words on the console that are wrong."""
        mathematics = self.page.evaluate(MATHEMATICS)
        return self.said + mathematics["empty"] + mathematics["errors"] + self.page.evaluate(PICTURES)

    def cut_off(self, width):
        """Programs and formulas that show at once and are wider than their box."""
        return self._at(width, CUT_OFF)

    def overflow(self, width):
        return self._at(width, OVERFLOW)

    def _at(self, width, question):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.wait_for_timeout(150)
        return self.page.evaluate(question)
