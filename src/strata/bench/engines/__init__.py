"""The engines: each makes a job from `given` of a folder and leaves it in `made`.

Every module has `make(code, folder, threads)`, which returns the seconds that the work
took, from the input files to a result on disk.
"""
