"""Rules of procedure (规程): drafted, put to consultation, voted byte for byte, in force, cited."""
