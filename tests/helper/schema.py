"""schema.py SCHEMA FILE - does each line (or the whole) of FILE fit?"""
import json
import pathlib
import sys

import jsonschema


def resolver(path, schema):
    """Other schemas of the folder are known by their file names."""
    store = {}
    for other in path.parent.glob("*.json"):
        store[other.name] = json.loads(other.read_text(encoding="utf-8"))
    return jsonschema.RefResolver(path.name, schema, store)


def main():
    path = pathlib.Path(sys.argv[1])
    schema = json.loads(path.read_text(encoding="utf-8"))
    data = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    check = jsonschema.Draft7Validator(
        schema, resolver=resolver(path, schema))
    bad = sorted(check.iter_errors(data), key=lambda e: list(e.path))
    for e in bad:
        print("/".join(str(p) for p in e.path) or ".", ":", e.message)
    return 1 if bad else 0


sys.exit(main())
