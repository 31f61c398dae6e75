"Fill the dynamic fields of pyproject.toml from settings.ini."
from configparser import ConfigParser
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    def update(self, metadata):
        "Add the requirements, and an extra for each `NAME_requirements`."
        cfg = ConfigParser(delimiters=["="])
        cfg.read_string(Path(self.root, "settings.ini").read_text(encoding="utf-8"))
        given = cfg["DEFAULT"].items()
        groups = {k: v.strip().splitlines() for k, v in given if k.endswith("requirements")}
        metadata["dependencies"] = groups.pop("requirements")
        metadata["optional-dependencies"] = {
            key.removesuffix("_requirements"): group for key, group in groups.items()}
