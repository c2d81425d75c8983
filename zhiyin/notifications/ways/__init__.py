"""The ways that leave the house: mail, push and summary. Each is asked once more, at the moment it leaves, whether it may."""
