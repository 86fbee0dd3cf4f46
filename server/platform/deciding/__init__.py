"""From evaluations to a proposal: what is valid, what weighs how much, what the limits are."""
