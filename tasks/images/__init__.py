"""Pictures: reading them from files, and putting many into one."""
