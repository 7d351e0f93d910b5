"""Pictures: reading them from files, converting arrays to them, and putting many into one."""
