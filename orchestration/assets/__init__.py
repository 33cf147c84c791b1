"""Assets: what a night makes. (Dagster: docs.dagster.io/guides/build/assets)

What belongs here: one module per stage of the night, each calling the room that does the work.
What does not: reading, judging or publishing itself.
"""
