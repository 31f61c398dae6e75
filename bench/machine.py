"What to know of the machine, and nothing that names it."
import os
import platform
from pathlib import Path

import torch

import lossfx

ALLOCATORS = {  # what makes memory touched for the first time cheaper, for everything in a process
    "huge pages": {"THP_MEM_ALLOC_ENABLE": "1"},
    "kept pages": {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184",
                   "MALLOC_TOP_PAD_": "268435456"},
}
OWN = {variable for settings in ALLOCATORS.values() for variable in settings}
SETTINGS = sorted(OWN | {"LD_PRELOAD", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS"})


def cpu_name():
    "Model of the processor, as the system calls it."
    try: lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError: lines = []
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def machine():
    "Processor, versions, settings and load."
    return dict(
        cpu=cpu_name(), cores=os.cpu_count(), vector=torch.backends.cpu.get_cpu_capability(),
        gpu=torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        system=f"{platform.system()} {platform.machine()}", python=platform.python_version(),
        torch=torch.__version__, lossfx=lossfx.__version__,
        environment={k: os.environ[k] for k in SETTINGS if k in os.environ}, load=load())


def load():
    "Load average of the last minute; 0 where the system does not say."
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.
