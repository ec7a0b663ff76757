//! Numbers as Terraform counts: exact decimals of any size, and two infinities.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};

/// How many digits a number may have, and how far its decimal point may be away from them.
/// Terraform's own numbers have 155 digits.
const DIGITS_MAX: u32 = 4096;
/// How many characters a number's text may have: plain notation never needs as many.
const TEXT_MAX: usize = 3 * 4096;

/// An exact number.
///
/// Equal as core compares: whole numbers exactly, others by their shortest decimal text, so that
/// the binary fraction nearest to 0.1 equals the decimal 0.1.
#[derive(Debug, Clone)]
pub struct Number(Form);

/// The smallest form that holds a number, which is also how core would send it.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// A whole number in the range of `i64`.
    Whole(i64),
    /// A binary fraction, or an infinity; never a whole number, never NaN.
    Binary(f64),
    /// Everything else, without trailing zeros.
    Decimal(Box<BigDecimal>),
}

/// Why something is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Text in no notation of a number.
    #[error("{0:?} is no number")]
    Malformed(String),
    /// Larger, smaller or longer than can be held.
    #[error("a number is too long")]
    TooLong,
    /// The result of an impossible calculation, which crashes Terraform.
    #[error("not a number (NaN)")]
    Nan,
}

impl Number {
    /// The number nearest to a binary fraction: itself.
    ///
    /// # Errors
    /// For NaN.
    pub fn from_f64(number: f64) -> Result<Self, NumberError> {
        if number.is_nan() {
            return Err(NumberError::Nan);
        }
        if number.is_infinite() || number.fract() != 0.0 {
            return Ok(Self(Form::Binary(number)));
        }
        BigDecimal::try_from(number)
            .map_err(|_| NumberError::Malformed(number.to_string()))
            .and_then(Self::from_decimal)
    }

    /// The number as `i64`; none when it is no whole number or out of range.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Form::Whole(number) => Some(number),
            Form::Binary(_) | Form::Decimal(_) => None,
        }
    }

    pub(crate) fn form(&self) -> &Form {
        &self.0
    }

    /// Plain decimal text; none for an infinity.
    pub(crate) fn plain(&self) -> Option<String> {
        match &self.0 {
            Form::Whole(number) => Some(number.to_string()),
            Form::Binary(number) => number.is_finite().then(|| number.to_string()),
            Form::Decimal(number) => Some(number.to_plain_string()),
        }
    }

    fn from_decimal(number: BigDecimal) -> Result<Self, NumberError> {
        let number = number.normalized();
        let (_, scale) = number.as_bigint_and_exponent();
        let far = i64::from(DIGITS_MAX);
        if !(-far..=far).contains(&scale) || number.digits() > u64::from(DIGITS_MAX) {
            return Err(NumberError::TooLong);
        }
        if scale <= 0 {
            return Ok(Self(
                number
                    .to_i64()
                    .map_or_else(|| Form::Decimal(Box::new(number)), Form::Whole),
            ));
        }
        let binary = number
            .to_f64()
            .filter(|binary| is_exactly(*binary, &number));
        Ok(Self(binary.map_or_else(
            || Form::Decimal(Box::new(number)),
            Form::Binary,
        )))
    }

    /// What comparison looks at; none for an infinity.
    fn decimal(&self) -> Option<BigDecimal> {
        match &self.0 {
            Form::Whole(number) => Some(BigDecimal::from(*number)),
            // Rust writes the shortest text that reads back as the same fraction.
            Form::Binary(number) => BigDecimal::from_str(&number.to_string()).ok(),
            Form::Decimal(number) => Some((**number).clone()),
        }
    }

    /// Below all numbers, a number, above all numbers.
    fn rank(&self) -> i8 {
        match self.0 {
            Form::Binary(number) if number == f64::INFINITY => 1,
            Form::Binary(number) if number == f64::NEG_INFINITY => -1,
            _ => 0,
        }
    }
}

fn is_exactly(binary: f64, decimal: &BigDecimal) -> bool {
    binary.is_finite() && BigDecimal::try_from(binary).is_ok_and(|exact| exact == *decimal)
}

/// Decimal notation, with or without an exponent.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.len() > TEXT_MAX {
            return Err(NumberError::TooLong);
        }
        let malformed = || NumberError::Malformed(text.chars().take(80).collect());
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        {
            return Err(malformed());
        }
        BigDecimal::from_str(text)
            .map_err(|_| malformed())
            .and_then(Self::from_decimal)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(Form::Whole(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        let whole = i64::try_from(number).map(Form::Whole);
        Self(
            whole
                .unwrap_or_else(|_| Form::Decimal(Box::new(BigDecimal::from(number).normalized()))),
        )
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Whole(a), Form::Whole(b)) => a.cmp(b),
            _ => self
                .rank()
                .cmp(&other.rank())
                .then_with(|| self.decimal().cmp(&other.decimal())),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plain() {
            Some(text) => f.write_str(&text),
            None if self.rank() < 0 => f.write_str("-infinity"),
            None => f.write_str("infinity"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn the_fraction_nearest_to_a_tenth_is_a_tenth() {
        assert_eq!(Number::from_f64(0.1).unwrap(), number("0.1"));
        assert_ne!(Number::from_f64(f64::from(0.1_f32)).unwrap(), number("0.1"));
        assert_ne!(
            number("0.1234567890123456789"),
            Number::from_f64(0.123_456_789_012_345_68).unwrap()
        );
    }

    #[test]
    fn notation_does_not_matter() {
        assert_eq!(number("1e3"), Number::from(1000_i64));
        assert_eq!(number("10.50"), number("10.5"));
        assert_eq!(number("-0"), Number::from(0_i64));
        assert_eq!(Number::from_f64(-0.0).unwrap(), Number::from(0_i64));
        assert_eq!(number("18446744073709551615"), Number::from(u64::MAX));
    }

    #[test]
    fn whole_numbers_beyond_i64_stay_exact() {
        assert_ne!(number("9223372036854775808"), number("9223372036854775809"));
        assert_eq!(number("9223372036854775807").to_i64(), Some(i64::MAX));
        assert_eq!(number("9223372036854775808").to_i64(), None);
        assert_eq!(number("1.5").to_i64(), None);
    }

    #[test]
    fn numbers_are_ordered_by_size() {
        let infinity = Number::from_f64(f64::INFINITY).unwrap();
        let least = Number::from_f64(f64::NEG_INFINITY).unwrap();
        let mut numbers = [
            infinity.clone(),
            number("10"),
            number("9.5"),
            number("1e30"),
            least,
        ];
        numbers.sort();
        let texts: Vec<String> = numbers.iter().map(Number::to_string).collect();
        assert_eq!(texts[..3], ["-infinity", "9.5", "10"]);
        assert_eq!(numbers[4], infinity);
    }

    #[test]
    fn what_is_no_number_or_too_large_is_refused() {
        assert_eq!(Number::from_f64(f64::NAN), Err(NumberError::Nan));
        for text in ["", "x", "1_000", "0x10", "--1", "inf", "1e"] {
            assert!(
                matches!(text.parse::<Number>(), Err(NumberError::Malformed(_))),
                "{text}"
            );
        }
        for text in [
            "1e999999999",
            "1e-999999999",
            &"1".repeat(5000),
            &"0".repeat(20_000),
        ] {
            assert_eq!(text.parse::<Number>(), Err(NumberError::TooLong));
        }
    }

    #[test]
    fn the_longest_numbers_are_read_again_as_they_are_written() {
        for text in ["1e4096", "1e-4096", &format!("{}e-4096", "7".repeat(4096))] {
            assert_eq!(number(&number(text).to_string()), number(text));
        }
    }
}
