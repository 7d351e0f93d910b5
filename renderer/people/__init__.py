"""A random person as meshes and curves: NumPy alone, no Blender."""
