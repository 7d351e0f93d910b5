"""What is measured of each target, a module per target; all arrays are (N, height, width, 1), values 0..1.

Each has `image_metrics`, a number per image and metric; `overall_metrics`, which combines them; and `badness`,
what images are ranked by.
"""
