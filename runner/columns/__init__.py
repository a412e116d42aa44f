"""Headers → template columns: by their names, a mapping file, or a draft of one."""
