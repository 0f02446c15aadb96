"""What data say of uncertain numbers: surfaces, chance, samplers, posteriors.

May import the layers below it. `emulator` and `sampling` know arrays only.
"""
