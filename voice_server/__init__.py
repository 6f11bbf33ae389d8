"""One voice: an utterance from text to sound."""
