//! What a panic looks like to the host: a crash record, which Terraform shows after a failed run.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{PanicHookInfo, set_hook};

/// Makes every panic print a crash record to stderr, whatever the log level.
pub(super) fn install() {
    set_hook(Box::new(|info| {
        super::write_to_stderr(&record(info, &Backtrace::capture()));
    }));
}

fn record(info: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let message = info.payload_as_str().unwrap_or("(no message)");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("without name");
    // Captured only if RUST_BACKTRACE asks for it.
    let trace = match backtrace.status() {
        BacktraceStatus::Captured => backtrace.to_string(),
        _ => String::new(),
    };
    crash_record(message, &format!("at {place}, thread {thread}\n{trace}"))
}

/// The host takes a line that begins with `panic: ` for the beginning of a crash record. The other
/// lines begin so that none of them can be taken for JSON, of which the host believes too much.
fn crash_record(message: &str, details: &str) -> String {
    let mut lines = message.lines();
    let mut record = format!("panic: {}\n", lines.next().unwrap_or_default());
    for line in lines.chain(details.lines()) {
        record.push_str("| ");
        record.push_str(line);
        record.push('\n');
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_crash_record_can_pass_for_json() {
        let record = crash_record("first\n{\"@message\":1}\nlast", "at a.rs:1:2\n   1: main");
        assert_eq!(
            record,
            "panic: first\n| {\"@message\":1}\n| last\n| at a.rs:1:2\n|    1: main\n"
        );
    }

    #[test]
    fn an_empty_message_is_still_a_crash_record() {
        assert_eq!(crash_record("", "at a.rs:1:2"), "panic: \n| at a.rs:1:2\n");
    }
}
