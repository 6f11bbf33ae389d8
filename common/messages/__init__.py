"""The messages of the wire, one module a topic: `hello`, `speaking`, `control`, `synthesis`. See docs/protocol.md.

Import the module of the messages you need; a message is known to a process once its module is imported.
"""
