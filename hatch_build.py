"Fill the dynamic fields of pyproject.toml from settings.ini."
from configparser import ConfigParser
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    def update(self, metadata):
        "Add the requirements, and an extra for each `NAME_requirements`."
        cfg = ConfigParser(delimiters=["="])
        cfg.read_string(Path(self.root, "settings.ini").read_text(encoding="utf-8"))
        groups = {k: v.strip().splitlines() for k, v in cfg["DEFAULT"].items() if "requirements" in k}
        metadata["dependencies"] = groups.pop("requirements")
        metadata["optional-dependencies"] = {
            key.removesuffix("_requirements"): group for key, group in groups.items()}
