"""Who plays what a study lacks, each cell once; may import keeping and plans."""
