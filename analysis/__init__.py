"""What only this review needs, called by its chapters."""
