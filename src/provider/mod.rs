//! Our resources: glue, and the only place where all layers meet.
