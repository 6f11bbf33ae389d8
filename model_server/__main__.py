"""`python -m model_server`: see `main`."""

import os
import sys

if "--report-to" in sys.argv and os.fork():
    # Whoever started us reaps this process at once; the daemon itself belongs to nobody and never becomes a zombie.
    os._exit(0)

from model_server.main import main  # after the fork, which is cheap only while little is loaded

sys.exit(main())
