"""reseal.py SET [PROGRAM] - make a set's sums right again after damage.

Sizes and hashes of all files that are there are renewed in MANIFEST.json, and
SHA256SUMS with them, so that only a look at the content finds the damage.
PROGRAM is Python that may change the manifest "m" first.
"""
import hashlib
import json
import pathlib
import sys


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    folder = pathlib.Path(sys.argv[1])
    manifest = folder / "MANIFEST.json"
    m = json.loads(manifest.read_text(encoding="utf-8"))
    for f in m["files"]:
        path = folder / f["path"]
        if path.is_file() and not path.is_symlink():
            f["size_bytes"] = path.stat().st_size
            f["sha256"] = digest(path)
    if len(sys.argv) > 2:
        exec(sys.argv[2], {"m": m, "folder": folder, "digest": digest})
    m["files"].sort(key=lambda f: f["path"].encode())
    manifest.write_text(json.dumps(m, indent=1) + "\n", encoding="utf-8")
    lines = [digest(manifest) + "  MANIFEST.json\n"]
    lines += [f["sha256"] + "  " + f["path"] + "\n" for f in m["files"]]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


main()
