"""Running a school: backups, the recount, what the server does by itself, and whether all is well."""
