"""What `say`, `model_server` and `voice_server` share. Standard library only at import time; imports no other room."""

VERSION = "0.5.0"
PROTOCOL = 1

# As `typing` has it, whose import costs the client 5 ms of CPU, a tenth of all that a short `say` takes. Type checkers go
# by the name, wherever it comes from.
TYPE_CHECKING = False
