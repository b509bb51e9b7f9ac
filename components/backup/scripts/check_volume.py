"""Whether a volume that was restored is whole: it reads every file, and looks for those it must hold.

Its verdict is the termination message of its container, as JSON. It needs no right in the cluster.
"""

import json
import os
import pathlib
import sys

from outcome import Failed

CHUNK = 1 << 20


def read_all(root):
    """Reads every file to its end; a block that cannot be read is an error of the system."""
    files = 0
    size = 0
    for folder, _, names in os.walk(root, onerror=_raise):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                while chunk := file.read(CHUNK):
                    size += len(chunk)
            files += 1
    return files, size


def _raise(error):
    raise error


def check(root, checks):
    """Raises what is wrong; returns what was read."""
    files, size = read_all(root)
    for wanted in checks:
        pattern = wanted["path"]
        found = sorted(path for path in pathlib.Path(root).glob(pattern) if path.is_file())
        if not found:
            raise Failed(f"there is no file {pattern} among {files}")
        for path in found:
            own = path.relative_to(root)
            least = wanted.get("bytes", 1)
            if path.stat().st_size < least:
                raise Failed(f"{own} has {path.stat().st_size} bytes, and must have {least}")
            begins = bytes.fromhex(wanted.get("begins", ""))
            with open(path, "rb") as file:
                start = file.read(len(begins))
            if start != begins:
                raise Failed(f"{own} begins with {start.hex() or 'nothing'}, not {begins.hex()}")
    return {"files": files, "bytes": size}


def main():
    """Checks the volume that is mounted."""
    try:
        verdict = {"whole": True, **check(os.environ["VOLUME"], json.loads(os.environ["CHECKS"]))}
    except Failed as failure:
        verdict = {"whole": False, "reason": str(failure)}
    except OSError as error:
        verdict = {"whole": False, "reason": f"{error.filename}: {error.strerror}"}
    text = json.dumps(verdict)
    print(text)
    with open(os.environ.get("MESSAGE", "/dev/termination-log"), "w", encoding="utf-8") as file:
        file.write(text[:4000])
    sys.exit(0 if verdict["whole"] else 1)


if __name__ == "__main__":
    main()
