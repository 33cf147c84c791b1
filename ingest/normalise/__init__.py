"""From an agency's text to typed lake columns: one module per kind of value.

`frame.normalise` is the only entrance for the rest of the house; the other modules hold what is
known about one kind of value each and never raise on data: a value is understood, or it comes
back with a reason.
"""
