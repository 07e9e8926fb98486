"""Documents people must know: policies, their versions, who has to read them and who has. Not built yet."""
