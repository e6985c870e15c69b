"""`python -m evidence.cli.preview SOCKET SINCE`: the process that `resident` starts."""

import socket
import sys

from evidence.cli.preview.forking import serve

with socket.socket(fileno=int(sys.argv[1])) as given:
    serve(given, int(sys.argv[2]))
