"""`python -m interview.begin PARENT MODULE …`: be the module, and end with the parent.

A child whose libraries take seconds to import would outlive a parent killed meanwhile. Standard
library only.
"""

from __future__ import annotations

import os
import runpy
import sys

from interview.confinement import end_with_parent


def command(module: str, *arguments: str) -> list[str]:
    """How a child of this process is started."""
    return [sys.executable, "-m", __name__, str(os.getpid()), module, *arguments]


def main() -> None:
    """Run the named module as if it had been named to Python."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    end_with_parent()
    if sys.platform == "linux" and os.getppid() != parent:
        raise SystemExit("the parent has ended")
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
