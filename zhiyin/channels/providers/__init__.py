"""One folder per kind of channel, independent of each other. Adding one touches no other file."""
