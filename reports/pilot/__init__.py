"""The pilot data set: generated records behind the published totals of the Fangshan pilot.

Only the totals are published (ILO news item, Beijing, 19 December 2017: the Mid-Term Review Workshop in Fangshan) and
the names of two enterprises; every single record is generated, and says so. The same set comes out every time: all
chance is drawn from `random.Random` with a fixed seed for each topic and enterprise, and no clock is read.

`schedule` knows the days, `figures` how much there is of what and the proof at the end, `texts` the sentences
(`data/*.csv`), `places` and `people` who and where; `training`, `visits`, `suggestions`, `checks` and `hazards` plan
records and write them through the same moves as real ones; `build` puts it all together in one transaction.
"""
