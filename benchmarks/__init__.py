"""What the project promises of its speed, measured: run a module of it by `python -m`."""
