"""Runs independent jobs on the cores of this machine, or on the machines of a Dask cluster."""
