"""Documents people must know: policies in versions, who must confirm them, and who has."""
