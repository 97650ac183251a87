//! Which processes listen on a port.

use std::collections::HashSet;
use std::fs;

/// The processes that hold a socket listening on `port`: a server and its workers. Those of other users are not seen.
pub(crate) fn listeners(port: u16) -> Vec<u32> {
    let inodes: HashSet<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().flat_map(|table| inodes(table, port)).collect();
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| holds(*pid, &inodes)).collect()
}

/// The inodes of the listening sockets of a table of the kernel's: the local address is the second column, in
/// hexadecimal; the state the fourth, 0A being LISTEN; the inode the tenth.
fn inodes(table: &str, port: u16) -> Vec<String> {
    let text = fs::read_to_string(table).unwrap_or_default();
    let suffix = format!(":{port:04X}");
    let listening = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let matches = columns.get(1)?.ends_with(&suffix) && *columns.get(3)? == "0A";
        matches.then(|| columns.get(9).map(|inode| (*inode).to_owned())).flatten()
    };
    text.lines().filter_map(listening).collect()
}

fn holds(pid: u32, inodes: &HashSet<String>) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    files.flatten().any(|file| {
        let target = fs::read_link(file.path()).unwrap_or_default();
        let inode = target.to_str().and_then(|target| target.strip_prefix("socket:[")?.strip_suffix(']'));
        inode.is_some_and(|inode| inodes.contains(inode))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_process_finds_itself_by_its_port() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listeners(socket.local_addr().unwrap().port()), [std::process::id()]);
    }
}
