//! Makes `NetBox` equal to a blueprint: lower, observe, diff, act.
