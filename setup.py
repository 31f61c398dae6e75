"Fill the dynamic fields of pyproject.toml from settings.ini."
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

cfg = ConfigParser(delimiters=["="])
cfg.read_string(Path(__file__).with_name("settings.ini").read_text(encoding="utf-8"))  # read() would pass over a missing file
settings = cfg["DEFAULT"]


def requirements(key):
    "The requirements under `key`, one a line."
    return settings[key].strip().splitlines()


extras = {name: requirements(f"{name}_requirements") for name in ("fastai", "demo", "data", "gpu", "peers", "dev")}
extras["dev"] = sorted({r for name, group in extras.items() if name != "peers" for r in group})

setup(install_requires=requirements("requirements"), extras_require=extras)
