"""Run a study, or say what it shows: python -m course_lib.odyssey run | report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course_lib import files
from course_lib.odyssey.protocols import PROTOCOLS
from course_lib.odyssey.study import SEED, run
from course_lib.odyssey.trial import VARIANTS


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m course_lib.odyssey")
    commands = parser.add_subparsers(dest="command", required=True)
    study = commands.add_parser("run", help="run a study, or go on with it")
    study.add_argument("results", type=Path, help="the file of rows, results.csv")
    study.add_argument("--data", help="the literature's chorales (default: built from music21)")
    study.add_argument("--protocol", choices=PROTOCOLS, default="quick")
    study.add_argument("--trials", type=int, default=200, help="of each variant")
    study.add_argument("--variants", default=",".join(VARIANTS), help="names with commas between")
    study.add_argument("--seed", type=int, default=SEED)
    study.add_argument("--workers", type=int, default=2, help="processes on this machine")
    study.add_argument("--scheduler", help="address of a Dask cluster, in place of workers here")
    report = commands.add_parser("report", help="say what a study shows")
    report.add_argument("results", type=Path, nargs="?", help="default: the shipped studies")
    options = parser.parse_args(arguments)
    try:
        return _report(options) if options.command == "report" else _run(options)
    except KeyboardInterrupt:
        print("Stopped. Finished trials are kept; the same command goes on.", file=sys.stderr)
        return 130
    except (OSError, RuntimeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    from course_lib.tasks import chorales

    rows = run(
        options.results,
        task=chorales.load(options.data),
        protocol=options.protocol,
        trials=options.trials,
        variants=options.variants.split(","),
        seed=options.seed,
        workers=options.workers,
        scheduler=options.scheduler,
    )
    diverged = sum(row.status == "diverged" for row in rows)
    print(f"{options.results}: {len(rows)} trials, {diverged} of them diverged.")
    return 0


def _report(options: argparse.Namespace) -> int:
    from course_lib.odyssey import SHIPPED
    from course_lib.odyssey.report import page, report

    if options.results is not None:
        print(report(options.results))
        return 0
    beside = SHIPPED.with_name("README.md")
    files.write(beside, page())
    print(f"wrote {beside}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
