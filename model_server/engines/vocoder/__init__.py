"""Kokoro's vocoder on a CPU: the same sound as the stock modules with fewer operations and fewer passes over memory."""
