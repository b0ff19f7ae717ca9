"""Tools of this project. The first lines of each say what it does and how to run it."""
