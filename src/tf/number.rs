//! Numbers of any size, as decimal text until somebody wants an integer.

use std::fmt;
use std::str::FromStr;

/// Plain digits up to this length; beyond it an exponent is kept, so that `1e999999999` stays small.
const PLAIN_DIGITS_MAX: i64 = 1100;
/// Terraform itself keeps 512 bits, about 155 digits.
const TEXT_LENGTH_MAX: usize = 4096;

/// A decimal number. Equality is numeric: `1`, `1.0` and `10e-1` are equal.
///
/// The text inside is canonical, so that comparing it compares the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

/// The text is not a decimal number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NotANumber;

impl Number {
    /// The canonical decimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `None` if it is not an integer or does not fit.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    pub fn as_u32(&self) -> Option<u32> {
        self.0.parse().ok()
    }

    pub fn is_integer(&self) -> bool {
        !self.0.contains('.') && !self.0.contains("e-")
    }

    /// The number that is exactly this float; `None` for infinities and NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        // An f64 has at most 1074 binary places, hence as many decimal ones: this prints all of them.
        float
            .is_finite()
            .then(|| format!("{float:.1074}").parse().ok())
            .flatten()
    }

    /// The float that is exactly this number.
    pub fn as_exact_f64(&self) -> Option<f64> {
        let float: f64 = self.0.parse().ok()?;
        (Self::from_f64(float).as_ref() == Some(self)).then_some(float)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `12.50e3` taken apart: sign, digits without leading and trailing zeros, power of ten of the last.
struct Parts<'a> {
    negative: bool,
    digits: std::borrow::Cow<'a, str>,
    exponent: i64,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !whole
        .bytes()
        .chain(fraction.bytes())
        .all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - significant.len()).ok()?;
    let places = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.checked_sub(places)?.checked_add(dropped)?;
    let digits = significant.trim_start_matches('0').to_owned().into();
    Some(Parts {
        negative,
        digits,
        exponent,
    })
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        if text.len() > TEXT_LENGTH_MAX {
            return Err(NotANumber);
        }
        let Parts {
            negative,
            digits,
            exponent,
        } = parts(text).ok_or(NotANumber)?;
        if digits.is_empty() {
            return Ok(Self("0".to_owned()));
        }
        let sign = if negative { "-" } else { "" };
        let length = i64::try_from(digits.len()).map_err(|_| NotANumber)?;
        let point = length.checked_add(exponent).ok_or(NotANumber)?;
        let plain = if exponent >= 0 && point <= PLAIN_DIGITS_MAX {
            let zeros = usize::try_from(exponent).map_err(|_| NotANumber)?;
            format!("{sign}{digits}{}", "0".repeat(zeros))
        } else if exponent < 0 && point > 0 {
            let at = usize::try_from(point).map_err(|_| NotANumber)?;
            format!("{sign}{}.{}", &digits[..at], &digits[at..])
        } else if (-PLAIN_DIGITS_MAX..=0).contains(&point) {
            let zeros = usize::try_from(-point).map_err(|_| NotANumber)?;
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        } else {
            format!("{sign}{digits}e{exponent}")
        };
        Ok(Self(plain))
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                Self(integer.to_string())
            }
        }
    )*};
}
from_integers!(i32, i64, u16, u32, u64, usize);
