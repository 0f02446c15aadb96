"""Published trials, and what the model says of each before it is asked."""
