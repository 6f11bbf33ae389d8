"""Parts of speech by rules: what a word can be, what is likely beside what, and the search for the best reading."""
