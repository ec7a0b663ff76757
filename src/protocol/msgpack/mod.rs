//! Values as msgpack, the encoding of every value on the wire.
//!
//! The value's type comes from the schema, so bytes can only be read with their type in hand.

mod decode;
mod encode;
mod refined;

pub use decode::decode;
pub use encode::encode;

#[cfg(test)]
mod tests;
