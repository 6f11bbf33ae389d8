"""Run a command and print what it cost: `python -I -S child_cost.py COMMAND…`. Its output is thrown away.

A child's highest memory is at least its parent's at the fork (Linux counts it so): whoever measures has to be as small as this.
"""

import os
import sys


def main() -> None:
    command = sys.argv[1:]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])
    _, status, used = os.wait4(pid, 0)
    megabytes = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    sys.stdout.write(f'{{"seconds": {used.ru_utime + used.ru_stime:.6f}, "megabytes": {megabytes:.3f}}}\n')
    sys.exit(os.waitstatus_to_exitcode(status) != 0)


if __name__ == "__main__":
    main()
