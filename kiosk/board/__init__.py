"""What is posted, for everybody: the public board."""
