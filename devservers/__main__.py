"""``python -m devservers start|stop|status|run|demo``: the embedded servers by hand."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from . import database_urls, demo, postgres, redis, redis_url, stop
from .place import DevServerError, Place
from .session import session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DevServerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devservers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, text in (
        ("start", _start, "start PostgreSQL and Redis and leave them running"),
        ("stop", _stop, "stop PostgreSQL and Redis"),
        ("status", _status, "print what runs"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=function)
    run = commands.add_parser("run", help="run a command; afterwards only those servers run that ran before")
    run.add_argument("command", nargs=argparse.REMAINDER)
    run.set_defaults(run=_run)
    show = commands.add_parser("demo", help="load the city's figures, build the sheet, serve the portal")
    show.add_argument("--once", action="store_true", help="stop after the sheet is built")
    show.add_argument("--port", default=os.environ.get("PORT") or "8000", help="default: $PORT, else 8000")
    show.add_argument("--check", action="store_true", help="only see whether a demo could start now")
    show.set_defaults(run=lambda options: demo.main(options.port, once=options.once, check=options.check))
    return parser


def _start(options: argparse.Namespace) -> int:
    database_urls()
    redis_url()
    return _status(options)


def _stop(options: argparse.Namespace) -> int:
    stopped = stop()
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _status(options: argparse.Namespace) -> int:
    place = Place.at()
    database, broker = postgres.find(place), redis.find(place)
    print(f"postgres: pid {database.pid}, 127.0.0.1:{database.port}" if database else "postgres: not running")
    port = place.load().redis.port
    print(f"redis: pid {broker}, 127.0.0.1:{port}" if broker else "redis: not running")
    return 0


def _run(options: argparse.Namespace) -> int:
    if not options.command:
        raise DevServerError("Name the command to run.")
    with session():
        child = subprocess.Popen(options.command)
        signal.signal(signal.SIGTERM, lambda number, _frame: child.send_signal(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
