"""The engines: each makes a job from `given` of its folder and leaves it in `made`.

Every module has `make(folder, threads)`, which returns the seconds that the work
took, from the input files to a result on disk.
"""
