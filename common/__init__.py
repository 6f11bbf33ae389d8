"""What `say`, `model_server` and `voice_server` share. Standard library only at import time; imports no other room."""

VERSION = "0.3.0"
PROTOCOL = 1
