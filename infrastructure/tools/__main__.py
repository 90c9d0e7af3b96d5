"""`python -m infrastructure.tools COMMAND`: each command is a module with a `main`, imported only when it is called."""

import importlib
import sys

COMMANDS = {
    "serve": ("serve:main", "run everything on this machine (make run)"),
    "create-admin": ("create_admin:main", "make the first admin"),
    "seed": ("seed:main", "load the sample data"),
    "replay-erasures": ("replay_erasures:main", "after a restore: erase again who was erased since the backup"),
    "explain": ("explain:main", "every grant of a function with its reason: explain quiz_submit"),
    "manifest": ("manifest:main", "write functions.auto.tfvars.json for Terraform [--check]"),
    "openapi": ("openapi:main", "write openapi.json [--check]"),
    "indexes": ("indexes:main", "write indexes.auto.tfvars.json for Terraform [--check]"),
    "course-schema": ("course_schema:main", "write the JSON schema of a course as a file [--check]"),
    "readme": ("readme:main", "write the table of functions [--check]"),
    "generate": ("generate:main", "write all of these, or say which are stale [--check]"),
    "package": ("package.command:main", "write one archive a function, for Terraform: package [NAME...] [--out build]"),
    "lock": ("package.lock:main", "write requirements.lock: the hashes of what is deployed"),
    "smoke": ("smoke:main", "ask a deployment whether it works: smoke https://scholium.example.org"),
    "signing-key": (
        "signing_key:main",
        "a new key for access tokens: its private half to stdout",
    ),
    "bench": ("bench.command:main", "speed, cold starts and billed operations"),
    "growth": ("bench.growth:main", "what a learner's month bills, and what many of them cost"),
    "bench-questions": (
        "bench_questions:main",
        "questions made of the samples by rules: kept and dropped [show] [draw 30]",
    ),
    "bench-retrieval": ("bench_retrieval.run:main", "questions about the sample documents: pages, words, refusals"),
    "fit-risk": ("fit_risk.command:main", "fit the risk of failing to the Open University's data: fit-risk FOLDER"),
}


def main(arguments: list[str]) -> int:
    """Run one command; 2 with the list of them where there is no such."""
    if not arguments or arguments[0] not in COMMANDS:
        print("Usage: python -m infrastructure.tools COMMAND [...]\n", file=sys.stderr)
        for name, (_, said) in COMMANDS.items():
            print(f"  {name:15} {said}", file=sys.stderr)
        return 2
    module, _, attribute = COMMANDS[arguments[0]][0].partition(":")
    status: int = getattr(importlib.import_module(f"infrastructure.tools.{module}"), attribute)(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
