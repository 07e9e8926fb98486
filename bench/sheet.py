"""How long the evaluation sheet takes, as ratios against a bare WeasyPrint render of the same page.

Both sides get the same HTML and CSS and make the same kind of PDF. The bare side is
``weasyprint.HTML(string=html).write_pdf(...)``; our side is ``reports.printing.render_sheet`` with the
template, the refusing fetcher and the tags it mends. Rounds alternate and medians are compared, so that a
slow moment of the machine strikes both. No database, no server:
``python bench/sheet.py [SNAPSHOT.json] [--rounds N]``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

TEMPLATE_ENGINE = "django.template.backends.django.DjangoTemplates"


def set_up() -> None:
    """Configure just enough of Django to render a template."""
    import django
    from django.conf import settings

    settings.configure(
        BASE_DIR=ROOT,
        TEMPLATES=[{"BACKEND": TEMPLATE_ENGINE, "DIRS": [ROOT / "templates"]}],
    )
    django.setup()


def load_snapshot(path: str | None) -> dict[str, Any]:
    """Return the snapshot in ``path``, or the city's own sheet of FY2019."""
    if path is None:
        from tests.reports.snapshots import city_snapshot

        return city_snapshot()
    snapshot: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return snapshot


def bare(html: str, css: str) -> bytes:
    """Render with WeasyPrint alone, as its manual shows it."""
    import weasyprint

    content: bytes = weasyprint.HTML(string=html).write_pdf(
        stylesheets=[weasyprint.CSS(string=css)], pdf_variant="pdf/ua-1", pdf_identifier=b"bench"
    )
    return content


def seconds(action: Callable[[], object]) -> float:
    """Return how long ``action`` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def alternate(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Return the median seconds of each action over ``rounds`` rounds, the order turned each time."""
    times: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        order = range(len(actions)) if number % 2 == 0 else reversed(range(len(actions)))
        for index in order:
            times[index].append(seconds(actions[index]))
    return [statistics.median(values) for values in times]


def warm(snapshot: dict[str, Any], rounds: int) -> None:
    """Print the warm ratio, and where the time of our side goes."""
    from reports import printing

    html, css = printing.render_html(snapshot), printing.stylesheet()
    printing.render_sheet(snapshot)
    bare(html, css)
    ours, plain = alternate(rounds, lambda: printing.render_sheet(snapshot), lambda: bare(html, css))
    print(f"warm: bare WeasyPrint {plain * 1000:.0f} ms, sheet {ours * 1000:.0f} ms, ratio {ours / plain:.2f}")
    parts(snapshot, rounds)


def parts(snapshot: dict[str, Any], rounds: int) -> None:
    """Print template, layout, drawing and font subsetting of a warm build apart."""
    import weasyprint.pdf
    from weasyprint.pdf.fonts import Font

    from common import pdf
    from reports import printing

    spent: dict[str, float] = {}
    watched = [
        (weasyprint.Document, "_render", "layout"),
        (weasyprint.pdf, "build_fonts_dictionary", "fonts in all"),
        (Font, "subset", "subsetting"),
        (weasyprint.Document, "write_pdf", "writing in all"),
    ]
    originals = [(owner, name, owner.__dict__[name]) for owner, name, _label in watched]
    for owner, name, label in watched:
        setattr(owner, name, _clocked(owner, name, label, spent))
    samples: dict[str, list[float]] = {}
    for _ in range(rounds):
        spent.clear()
        spent["template"] = seconds(lambda: printing.render_html(snapshot))
        html = printing.render_html(snapshot)
        pdf.render(html, stylesheets=[printing.stylesheet()], archive=False, identifier=b"bench")
        for label, value in spent.items():
            samples.setdefault(label, []).append(value)
    for owner, name, original in originals:
        setattr(owner, name, original)
    for label, values in samples.items():
        print(f"  {label}: {statistics.median(values) * 1000:.0f} ms")


def _clocked(owner: Any, name: str, label: str, spent: dict[str, float]) -> Any:
    original = getattr(owner, name)
    is_bound = isinstance(owner.__dict__[name], classmethod)

    def clocked(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return original(*(arguments[1:] if is_bound else arguments), **options)
        finally:
            spent[label] = spent.get(label, 0.0) + time.perf_counter() - started

    return classmethod(clocked) if is_bound else clocked


def one_cold(side: str, path: str | None) -> None:
    """In a fresh process: print the seconds of import and of the first build, as JSON."""
    started = time.perf_counter()
    if side == "sheet":
        set_up()
        from reports import printing

        imported = time.perf_counter()
        printing.render_sheet(load_snapshot(path))
    else:
        import weasyprint  # noqa: F401

        html, css = json.loads(sys.stdin.read())
        imported = time.perf_counter()
        bare(html, css)
    print(json.dumps([imported - started, time.perf_counter() - imported]))


def cold(snapshot: dict[str, Any], path: str | None, rounds: int) -> None:
    """Print the cold ratio: fresh processes, import and first build apart."""
    from reports import printing

    page = json.dumps([printing.render_html(snapshot), printing.stylesheet()])
    times: dict[str, list[list[float]]] = {"bare": [], "sheet": []}
    for number in range(rounds):
        for side in ("bare", "sheet") if number % 2 == 0 else ("sheet", "bare"):
            command = [sys.executable, __file__, *([path] if path else []), "--cold-side", side]
            done = subprocess.run(command, input=page, capture_output=True, text=True, check=True)
            times[side].append(json.loads(done.stdout))
    medians = {side: [statistics.median(column) for column in zip(*rows, strict=True)] for side, rows in times.items()}
    total = {side: sum(values) for side, values in medians.items()}
    for side, (imported, built) in medians.items():
        print(f"cold {side}: import {imported * 1000:.0f} ms, first build {built * 1000:.0f} ms")
    print(f"cold: ratio {total['sheet'] / total['bare']:.2f}")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot", nargs="?", help="a snapshot (sheet/1) as JSON; default: the city's own")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cold-rounds", type=int, default=5)
    parser.add_argument("--cold-side", choices=["bare", "sheet"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cold_side:
        one_cold(options.cold_side, options.snapshot)
        return
    set_up()
    snapshot = load_snapshot(options.snapshot)
    warm(snapshot, options.rounds)
    cold(snapshot, options.snapshot, options.cold_rounds)


if __name__ == "__main__":
    main()
