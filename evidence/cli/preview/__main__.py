"""`python -m evidence.cli.preview HANDLE SINCE`: the process that `resident` starts."""

import sys
from multiprocessing.connection import Connection

from evidence.cli.preview.staying import serve

with Connection(int(sys.argv[1])) as given:
    serve(given, int(sys.argv[2]))
