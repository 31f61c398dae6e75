"The command: measure, print tables, save the numbers."
import argparse
import json
from pathlib import Path

import torch

from .contenders import timms
from .machine import machine
from .suites import ROOT, SUITES, Effort, say
from .tables import table
from .timing import CLOCKS


def arguments(argv):
    "What the command was asked for, checked."
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="suite",
                        help=f"what to measure: {', '.join(SUITES)}; all but gpu if none is given")
    add = parser.add_argument
    add("--quick", action="store_true", help="show that everything runs; its numbers mean little")
    add("--threads", type=int, nargs="+", default=[1, 2], help="default: %(default)s")
    add("--seconds", type=float, default=5., help="for each shape, about; default: %(default)s")
    add("--rounds", type=int, default=9, help="for each shape, at least; default: %(default)s")
    add("--processes", type=int, default=3, help="for each shape; default: %(default)s")
    add("--clock", choices=CLOCKS, default="wall", help="cpu, on one thread, leaves out waiting")
    add("--no-compile", action="store_true", help="leave out torch.compile, which needs a compiler")
    add("--json", type=Path, default=ROOT / "build/bench/run.json", help="where to save")
    args = parser.parse_args(argv)
    args.suites = list(dict.fromkeys(args.suites)) or [s for s in SUITES if s != "gpu"]
    if unknown := [s for s in args.suites if s not in SUITES]:
        parser.error(f"no suite {', '.join(unknown)}; there are {', '.join(SUITES)}")
    if min(*args.threads, args.rounds, args.processes) < 1:
        parser.error("counts are whole numbers from 1")
    if args.clock == "cpu" and args.threads != [1]: parser.error("--clock cpu wants --threads 1")
    if "gpu" in args.suites and not torch.cuda.is_available():
        parser.error("there is no CUDA device here")
    return args


def save(run, path):
    "Write a run as JSON, a row a line."
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({k: v for k, v in run.items() if k != "rows"}, indent=1)
    rows = ",\n".join(map(json.dumps, run["rows"]))
    path.write_text(f'{head[:-2]},\n "rows": [\n{rows}\n ]\n}}\n')


def main(argv=None):
    "Measure, print and save."
    args = arguments(argv)
    effort = Effort(args.threads, args.seconds, args.rounds, args.processes, args.clock,
                    compile=not args.no_compile)
    if args.quick: effort = effort._replace(seconds=0, rounds=3, processes=1, quick=True)
    run = dict(machine=machine() | dict(timm=timms()[0]), effort=effort._asdict(), rows=[])
    if run["machine"]["load"] > .5: say("Others use this machine, so times are long.")
    for name in args.suites:
        run["rows"] += SUITES[name](effort)
        rows = [row for row in run["rows"] if row["suite"] == name]
        shown = table(rows) if rows else "left out"
        print(f"\n{name}: {SUITES[name].__doc__}\n{shown}", flush=True)
    save(run, args.json)
    print(f"\n{'Quick: these numbers mean little. ' * args.quick}Saved in {args.json}")


if __name__ == "__main__": main()
