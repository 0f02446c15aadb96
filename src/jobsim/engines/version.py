"""The version of what the numbers mean; imports nothing."""

__all__ = ["MODEL_VERSION"]

MODEL_VERSION = 1
"""Raised whenever a scenario's volumes change, so that volumes kept before are not taken for new.

A test holds checksums of the volumes of every preset and fails where they move without a new
version.
"""
