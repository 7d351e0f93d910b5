"""The networks, one module each; its function `build` gives the untrained network for any input size."""
