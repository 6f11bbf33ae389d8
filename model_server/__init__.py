"""The daemon: the only copy of the model and of the text front end, the voice servers, the queue, the floor."""
