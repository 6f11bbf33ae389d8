"""The page at `/`: what a browser gets of it. The files beside this one are sent as they are; there is no build step.

`page.py` serves them. In the browser, `page.js` is where reading begins: `transport.js` plays one thing at a time, which
`sources.js` fetches, `player.js` lets sound and `marker.js` shows in the text; `jobs.js` is the list of jobs.
"""
