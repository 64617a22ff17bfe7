"""What the law asks of a kitchen each day: food samples (留样), morning checks (晨检), daily control."""
