"""Run a study, say what it shows, test it: python -m course_lib.odyssey run | report | …"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from course_lib import files
from course_lib.odyssey.protocols import PROTOCOLS, TRIALS
from course_lib.odyssey.study import SEED, run
from course_lib.odyssey.trial import VARIANTS


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m course_lib.odyssey")
    commands = parser.add_subparsers(dest="command", required=True)
    study = commands.add_parser("run", help="run a study, or go on with it")
    study.add_argument("results", type=Path, help="the file of rows, results.csv")
    study.add_argument("--data", help="the literature's chorales (default: built from music21)")
    study.add_argument("--protocol", choices=PROTOCOLS, default="quick")
    study.add_argument("--trials", type=int, default=TRIALS, help="of each variant")
    study.add_argument("--variants", default=",".join(VARIANTS), help="names with commas between")
    study.add_argument("--seed", type=int, default=SEED)
    study.add_argument("--workers", type=int, default=2, help="processes on this machine")
    study.add_argument("--scheduler", help="address of a Dask cluster, in place of workers here")
    study.add_argument("--engine", choices=("auto", "numpy", "compiled"), default="auto")
    study.add_argument(
        "--mixed", action="store_true", help="go on with rows by another engine or other versions"
    )
    report = commands.add_parser("report", help="say what a study shows")
    report.add_argument(
        "results", type=Path, nargs="*", help="one study, or two to compare (default: the shipped)"
    )
    copy = commands.add_parser("copy", help="keep what a study that still runs has so far")
    copy.add_argument("results", type=Path, help="the study; it is only read")
    copy.add_argument("to", type=Path, help="its trials 1 … n of each variant, to go on from")
    kept = commands.add_parser("memory", help="take the memory from a variant's best tenth")
    kept.add_argument("results", type=Path, help="figures go into NAME_memory_VARIANT.json")
    kept.add_argument("--variant", choices=VARIANTS, default="V")
    kept.add_argument("--data", help="the chorales of the study, as for run")
    kept.add_argument("--workers", type=int, default=2)
    level = commands.add_parser("level", help="how often the tests are wrong: writes LEVEL.md")
    level.add_argument("--studies", type=int, default=1000, help="made-up studies a line")
    options = parser.parse_args(arguments)
    does = {"run": _run, "report": _report, "copy": _copy, "memory": _memory, "level": _level}
    try:
        return does[options.command](options)
    except BrokenPipeError:  # a reader such as head has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
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
        engine=options.engine,
        mixed=options.mixed,
    )
    diverged = sum(row.status == "diverged" for row in rows)
    print(f"{options.results}: {len(rows)} trials, {diverged} of them diverged.")
    return 0


def _report(options: argparse.Namespace) -> int:
    from course_lib.odyssey import SHIPPED
    from course_lib.odyssey.report import report
    from course_lib.odyssey.shipped import page
    from course_lib.odyssey.side_by_side import side_by_side

    if len(options.results) > 2:
        raise ValueError(f"results: came {len(options.results)} files, expected none, one or two")
    if options.results:
        print((report if len(options.results) == 1 else side_by_side)(*options.results))
        return 0
    return _written(SHIPPED.with_name("README.md"), page())


def _copy(options: argparse.Namespace) -> int:
    from course_lib.odyssey.copying import copy

    kept = copy(options.results, options.to)
    print(f"{options.to}: {len(kept)} trials, {kept[-1].trial} of each variant.")
    return 0


def _memory(options: argparse.Namespace) -> int:
    from course_lib.odyssey import analysis, memory, rows
    from course_lib.odyssey.about import description, same_music
    from course_lib.tasks import chorales

    what, variant = description(options.results), options.variant
    studied = rows.abreast(rows.read(options.results))
    task = chorales.load(options.data)
    same_music(options.results, task)
    kept = memory.study(
        [row.trial for row in analysis.best_tenth(studied, variant)],
        variant=variant,
        seed=what["seed"],
        task=task,
        protocol=what["protocol"]["name"],
        workers=options.workers,
    )
    path = memory.beside(options.results, variant)
    memory.write(path, kept)
    print(f"wrote {path}")
    return 0


def _level(options: argparse.Namespace) -> int:
    from course_lib.odyssey import SHIPPED, rows
    from course_lib.odyssey.level import table

    lines = []
    for line in table(rows.read(SHIPPED), options.studies):
        print(line, flush=True)
        lines.append(line)
    return _written(SHIPPED.with_name("LEVEL.md"), "\n".join(lines) + "\n")


def _written(path: Path, text: str) -> int:
    files.write(path, text)
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
