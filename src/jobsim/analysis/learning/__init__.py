"""What data say of uncertain numbers: surfaces, chance, samplers, posteriors."""
