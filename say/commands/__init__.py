"""What one run of the program does, one module a topic; `say/cli.py` picks the function and imports its module alone."""
