"""Run the command as ``python -m evidence``."""

import sys

from evidence.cli.main import main

sys.exit(main())
