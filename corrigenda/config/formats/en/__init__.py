"""English as it is written in this desk's prose: British."""
