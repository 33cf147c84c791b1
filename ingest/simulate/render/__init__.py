"""How the truth reaches the inbox: forms of files, and each agency's way of handing in."""
