"""Speech that is made in the background: jobs with progress, kept in a database, their sound in a folder or a store.

Read `states` and `table` for what a job is, `store` for what is done to it, `runner` and `making` for how it becomes
sound, `part` and `audio` for where that sound lies, `routes` for how it is asked for. `Jobs` in `service` is the room's
door. Nothing here knows engines or servers: all of it uses `SayClient`.
"""
