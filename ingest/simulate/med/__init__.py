"""A county-year of the medical-insurance fund: patients, pharmacies, hospitals, and some who cheat.

People, places and what can be bought come first (`people`, `places`, `catalogue`); then what
happens (`life`, `stays`), written as events into one `book`, in which those who run a scheme
(`schemes`) write with the same words as everyone else; then what follows from events whoever
caused them (`aftermath`, `money`, `stock`); last what each agency hands in of it (`registers`,
`render`, `deliver`) with slips that do not know whose row they spoil.
"""
