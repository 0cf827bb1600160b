"""How fast the portal is, beside the least that any portal could do and beside an ordinary generated one."""
