"""Where pictures come from: IDX files, folders, the digits that travel with the program."""
