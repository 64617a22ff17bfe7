"""What is bought and who delivers it: items, suppliers, and the units that can be compared."""
