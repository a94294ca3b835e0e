"""Where a run executes: in this process or in a child process, behind one handle."""
