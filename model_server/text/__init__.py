"""The text front end: normalise, sentences, pieces, phonemes."""
