"""The edge: routes, the guard, headers, errors, logs. It knows no use case."""
