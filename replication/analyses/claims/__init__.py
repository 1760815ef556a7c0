"""The claims of the plan, and how the evidence judges them."""
