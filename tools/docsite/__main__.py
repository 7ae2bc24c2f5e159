"""Build the site: `python -m tools.docsite [DIRECTORY]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.docsite.build import PLACE, build

if __name__ == "__main__":
    try:
        made = build(Path(sys.argv[1]) if sys.argv[1:] else PLACE)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    print(f"{made}/index.html")
