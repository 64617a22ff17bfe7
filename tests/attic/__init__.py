"""A small room on top of the house, as anybody might add one: what the tests of the manifest open."""
