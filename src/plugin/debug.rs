//! Debug mode: what the user pastes so that Terraform uses a plugin that already runs.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

/// The two lines to print: a comment that says what to do, and the command itself, fit for `sh`.
///
/// `addresses` are full provider addresses, one for each tool's default registry: a tool ignores
/// the address that isn't its own.
pub(super) fn instructions(
    addresses: &[&str],
    protocol_version: u32,
    pid: u32,
    socket: &Path,
) -> String {
    let reattach = json!({
        "Protocol": "grpc",
        "ProtocolVersion": protocol_version,
        "Pid": pid,
        // The tool must neither end nor kill us.
        "Test": true,
        "Addr": { "Network": "unix", "String": socket.display().to_string() },
    });
    let plugins: BTreeMap<&str, &Value> = addresses
        .iter()
        .map(|address| (*address, &reattach))
        .collect();
    let plugins = json!(plugins).to_string().replace('\'', r"'\''");
    format!(
        "# Paste the next line where you run terraform or tofu. Ctrl-C here ends the plugin.\n\
         export TF_REATTACH_PROVIDERS='{plugins}'\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tools_find_the_plugin_under_their_own_address() {
        let addresses = ["registry.one/a/b", "registry.two/a/b"];
        let text = instructions(&addresses, 6, 1234, Path::new("/tmp/p/s"));
        let command = text.lines().nth(1).unwrap();
        let quoted = command
            .strip_prefix("export TF_REATTACH_PROVIDERS='")
            .unwrap();
        let plugins: Value = serde_json::from_str(quoted.strip_suffix('\'').unwrap()).unwrap();
        for address in addresses {
            assert_eq!(
                plugins[address],
                json!({
                    "Protocol": "grpc",
                    "ProtocolVersion": 6,
                    "Pid": 1234,
                    "Test": true,
                    "Addr": { "Network": "unix", "String": "/tmp/p/s" },
                })
            );
        }
        assert!(text.starts_with("# "));
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn a_quote_in_the_path_does_not_end_the_shell_word() {
        let text = instructions(&["r/a/b"], 6, 1, Path::new("/it's/s"));
        assert!(text.contains(r"/it'\''s/s"));
    }
}
