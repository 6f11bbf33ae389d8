"""English: how it is written made how it is said, and that made phonemes."""
