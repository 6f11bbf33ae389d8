"""The text front end: from text as it is typed to pieces, with what is said of them and its phonemes."""
