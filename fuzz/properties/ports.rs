use hedgehog::fabric::ports::{PORT_MAX, PortSpecFault, SPEC_LENGTH_MAX, compact, expand};

/// A specification is refused, or names ports that can be written and read again.
pub fn hold(text: &str) {
    let Ok(ports) = expand(text) else { return };
    assert!(ports.is_sorted_by(|one, other| one < other));
    assert!(ports.iter().all(|port| (1..=PORT_MAX).contains(port)));
    let written = compact(ports.iter().copied());
    let again = if written.len() > SPEC_LENGTH_MAX {
        // Two patterns that cross can be written in a few signs and compacted only in many.
        written
            .split(',')
            .map(expand)
            .collect::<Result<Vec<_>, _>>()
            .map(|parts| parts.concat())
    } else {
        expand(&written)
    };
    assert_eq!(again, Ok::<_, PortSpecFault>(ports), "{written}");
}
