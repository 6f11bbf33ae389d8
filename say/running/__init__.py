"""`say --run`: a command runs as if we were not there, while its output is watched; then how it went is put into words.

`terminals` our terminal and the pseudo-terminals · `children` from fork to exec, and the process between us and the
command · `pumps` copying what it writes · `watching` what of it matters · `supervision` all of it, until the command has
ended · `outcome` the sentence.
"""
