"""What needs Blender: materials, light, camera, and Cycles."""
