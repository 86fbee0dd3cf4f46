"""Provisioning of model files: what engines declare, where it lies, how it is fetched."""
