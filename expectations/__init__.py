"""Checks at the door: a feed's contract becomes a suite, a landed set passes, fails or errs.

`check.check_set` is the way in. What dbt can say better (relations between feeds, sums that must
agree) is not said here.
"""
