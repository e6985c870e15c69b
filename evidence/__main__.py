"""Run the command as ``python -m cli``."""

import sys

from evidence.cli.main import main

sys.exit(main())
