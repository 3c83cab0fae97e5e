"""The forms of the training app."""
