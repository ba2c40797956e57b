//! Private data: what is sealed opens again, and what is not ours is named.

use hedgehog::tf::private::{Format, OpenError, SEALED_BYTES_MAX};

const NOW: Format = Format {
    magic: *b"test",
    version: 2,
};
const BEFORE: Format = Format {
    magic: *b"test",
    version: 1,
};

#[test]
fn what_is_sealed_opens_again() {
    for content in [&b""[..], b"x", &vec![7; 100_000]] {
        let sealed = NOW.seal(content).expect("it is small");
        assert_eq!(NOW.open(&sealed).as_deref(), Ok(content));
        assert_eq!(
            sealed,
            NOW.seal(content).expect("it is small"),
            "the same bytes each time"
        );
    }
}

#[test]
fn what_cannot_be_opened_says_why() {
    let sealed = NOW.seal(b"content").expect("it is small");
    assert_eq!(NOW.open(b""), Err(OpenError::Empty));
    assert_eq!(
        NOW.open(b"{\"schema_version\":1}"),
        Err(OpenError::WrongMagic)
    );
    assert_eq!(NOW.open(b"tes"), Err(OpenError::Damaged));
    assert_eq!(NOW.open(b"xx"), Err(OpenError::WrongMagic));
    for end in 4..sealed.len() {
        assert_eq!(
            NOW.open(&sealed[..end]),
            Err(OpenError::Damaged),
            "cut at {end}"
        );
    }
    assert_eq!(
        NOW.open(&[&sealed[..], b"more"].concat()),
        Err(OpenError::Damaged)
    );
    assert_eq!(BEFORE.open(&sealed), Err(OpenError::Newer { version: 2 }));
    let old = BEFORE.seal(b"content").expect("it is small");
    let content = b"content".to_vec();
    assert_eq!(
        NOW.open(&old),
        Err(OpenError::Older {
            version: 1,
            content
        })
    );
}

#[test]
fn what_is_too_large_is_refused() {
    // Digits of a simple generator do not compress below the limit.
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    let noise: Vec<u8> = noise.take(SEALED_BYTES_MAX + 1).collect();
    let error = NOW.seal(&noise).expect_err("it is too large");
    assert!(error.bytes > SEALED_BYTES_MAX);
    let mut large = NOW.seal(b"").expect("it is small");
    large.resize(SEALED_BYTES_MAX + 1, 0);
    assert_eq!(NOW.open(&large), Err(OpenError::TooLarge));
}
