"""Batch look-ups (批量查询): a unit asks about people whom it means to employ, and is answered.

`requests` reads what was dropped, `judge` asks the published look-up file, `answers` writes the
workbook, `journal` remembers and logs, `desk` does one after the other. Nothing here decides whose
record counts: that is said once, in dbt_project/models/lookup and what it is made of.
"""
