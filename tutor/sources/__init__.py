"""Where packets come from: files through an index of offsets, pipes, live children."""
