//! The engine on toy components: a world of named objects that can refuse, forget to answer, die.

mod deleting;
mod making;
mod sweep;
mod toy;
