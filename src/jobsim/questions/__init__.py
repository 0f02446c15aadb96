"""One file per question: what users call; may import analysis, verification and study."""
