//! `NetBox`'s REST API and nothing else. Knows no fabric.
