"""What lies in the store: received, issued to the kitchen, counted."""
