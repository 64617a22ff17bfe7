"""Persons (人员): everybody whom a duty, a signature or a rating can mean, by number."""
