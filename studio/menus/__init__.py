"""The actions of the program, a table a menu."""
