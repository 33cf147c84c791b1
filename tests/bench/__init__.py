"""Time and memory of a night at several sizes; run by `make bench`, never by the tests."""
