"""Engines turn one piece of text into PCM and word times. `base` is the contract; one module an engine."""
