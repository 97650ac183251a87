//! The connector's log. Lines go to the host's log, bounded in number and length; never put a prompt into one.

use crate::bindings::dragoman::connector::log::write;

/// For the connector's author.
pub fn debug(message: &str) {
    write("debug", message);
}

/// For the operator, in passing.
pub fn info(message: &str) {
    write("info", message);
}

/// For the operator: something is odd.
pub fn warn(message: &str) {
    write("warn", message);
}

/// For the operator: something is wrong.
pub fn error(message: &str) {
    write("error", message);
}

/// Sends panics to the log: the trap that follows them says nothing.
pub(crate) fn on_panic() {
    #[cfg(target_arch = "wasm32")]
    std::panic::set_hook(Box::new(|info| error(&info.to_string())));
}
