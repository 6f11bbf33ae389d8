"""`python -m voice_server`: see `main`."""

import sys

from voice_server.main import main

sys.exit(main())
