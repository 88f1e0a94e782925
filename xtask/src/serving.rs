//! Where `cargo xtask serve` serves, and the word when the page is there.

use crate::run::{Outcome, say};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// An address and a port of this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(SocketAddr);

impl Place {
    /// Reads `--port N` and `--address A`; without them, 127.0.0.1:8080.
    pub fn read(args: &[&str]) -> Outcome<Place> {
        let mut place = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let mut rest = args.iter();
        while let Some(name) = rest.next() {
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (*name, rest.next().copied()),
            };
            let value = value.unwrap_or_default();
            let wrong = |what: &str| format!("`{name} {value}`: {what}.");
            match name {
                "--port" => {
                    let port = value.parse::<u16>().ok().filter(|port| *port > 0);
                    place.set_port(port.ok_or_else(|| wrong("a port is a number from 1 to 65535"))?);
                }
                "--address" => {
                    let value = if value == "localhost" { "127.0.0.1" } else { value };
                    let address = value.parse::<IpAddr>();
                    place.set_ip(address.map_err(|_| wrong("an address looks like 127.0.0.1, or 0.0.0.0 for all"))?);
                }
                _ => return Err(format!("`serve` has no option {name}; it takes --port N and --address A.")),
            }
        }
        Ok(Place(place))
    }

    /// Fails in words when something else listens there.
    pub fn must_be_free(self) -> Outcome {
        let place = self.0;
        match TcpListener::bind(place) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                let next = place.port().checked_add(1).unwrap_or(8081);
                Err(format!(
                    "Port {} is in use, perhaps by another `cargo xtask serve`. Stop that, or choose another port: \
                     `cargo xtask serve --port {next}`.",
                    place.port()
                ))
            }
            Err(error) => Err(format!("{place} cannot be served at: {error}. Choose with --port and --address.")),
        }
    }

    /// For Trunk.
    pub fn arguments(self) -> [String; 4] {
        ["--port".to_owned(), self.0.port().to_string(), "--address".to_owned(), self.0.ip().to_string()]
    }

    /// Waits beside the server, and says where the page is once it can be opened.
    pub fn announce_when_it_answers(self) {
        let mut here = self.0;
        if here.ip().is_unspecified() {
            here.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        std::thread::spawn(move || {
            while !answers(here) {
                std::thread::sleep(Duration::from_millis(300));
            }
            say(format!(
                "Tributary is at http://{here}/. Ctrl+C stops it; a change of the code rebuilds it, then reload."
            ));
        });
    }
}

/// Whether a page is handed out there.
fn answers(place: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let limit = Duration::from_secs(2);
        let mut stream = TcpStream::connect_timeout(&place, limit)?;
        stream.set_read_timeout(Some(limit))?;
        // In one piece: a server may answer and hang up after the first.
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_read_from_the_arguments() {
        let at = |args: &[&str]| Place::read(args).map(|place| place.0.to_string());
        assert_eq!(at(&[]).as_deref(), Ok("127.0.0.1:8080"));
        assert_eq!(at(&["--port", "9000"]).as_deref(), Ok("127.0.0.1:9000"));
        assert_eq!(at(&["--port=9000", "--address", "0.0.0.0"]).as_deref(), Ok("0.0.0.0:9000"));
        assert_eq!(at(&["--address", "localhost"]).as_deref(), Ok("127.0.0.1:8080"));
        for wrong in [&["--port", "http"][..], &["--port"], &["--port", "0"], &["--address", "here"], &["--open"]] {
            let why = at(wrong).unwrap_err();
            assert!(why.contains(wrong[0]), "{why}");
        }
    }

    #[test]
    fn a_port_in_use_is_said_in_words_that_name_the_flag() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let why = Place(address).must_be_free().unwrap_err();
        assert!(why.contains(&format!("Port {} is in use", address.port())) && why.contains("--port"), "{why}");
        drop(listener);
        assert_eq!(Place(address).must_be_free(), Ok(()));
    }

    #[test]
    fn only_a_page_that_is_there_is_announced() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            for answer in ["HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 256]);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        assert!(!answers(address), "a page that is not found is announced");
        assert!(answers(address));
        server.join().unwrap();
        assert!(!answers(address), "nothing listens any more");
    }

    #[test]
    fn what_is_served_while_working_is_never_kept_by_the_browser() {
        let trunk = crate::run::read(&crate::places::root().join("Trunk.toml")).unwrap_or_default();
        let served = trunk.split("[serve]").nth(1).unwrap_or_default();
        assert!(served.contains("\"Cache-Control\" = \"no-store\""), "a stale worker would meet a new page");
    }
}
