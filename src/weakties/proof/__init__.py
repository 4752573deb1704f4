"""The proof room: scores held against every published one, on the same pairs, the same cut-offs, the same labels.

A log of events is cut at several moments; what came before is the history that every method gets, what came after is
the label that none of them sees. See `protocol` for the rules, `single` and `models` for the baselines, `product` for the
score of weakties itself, `metrics`, `calibration` and `bootstrap` for how they are held against each other.
"""
