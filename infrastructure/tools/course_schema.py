"""Writes infrastructure/course.schema.json: the JSON schema of a whole course as one file, which the API serves too."""

import json

from common.domain.courses.bodies import PortableCourse
from infrastructure.tools.discovery import ROOT
from infrastructure.tools.generate import settle

FILE = ROOT / "infrastructure" / "course.schema.json"


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **PortableCourse.model_json_schema()}
    return settle(FILE, json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n", arguments)
