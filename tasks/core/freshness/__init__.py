"""When an output still counts: what made it is unchanged, and it is whole.

`record` describes and reads the record beside each output, `code` digests the code of a stage, `folder`
writes a folder whole or not at all, `verdict` judges a stage, and `task` is the base class of all stages.
"""
