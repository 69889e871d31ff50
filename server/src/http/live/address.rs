//! Where a client is, to count how many connections come from there.
//!
//! That is the other end of the TCP connection, unless it is a proxy on this machine: then it is who the proxy says asked
//! it. Nobody else is believed, and of what a proxy passes on only the last entry, which is its own.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// The address; unknown when nobody says, as when the router is not behind [`crate::Instance::serve`].
pub(super) struct ClientAddress(pub(super) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| one_of_many(client(peer.ip(), &parts.headers)))))
    }
}

fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    let forwarded = || {
        let entries = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        entries.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    if peer.is_loopback() { forwarded().map_or(peer, |address| address.to_canonical()) } else { peer }
}

/// Who has one IPv6 address has all of its network of 64 bits (RFC 4291 §2.5.4).
fn one_of_many(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(peer: &str, forwarded: &[&str]) -> String {
        let headers = forwarded.iter().map(|entry| ("x-forwarded-for".parse(), entry.parse()));
        let headers = headers.map(|(name, value)| (name.expect("a name"), value.expect("a value"))).collect();
        one_of_many(client(peer.parse().expect("an address"), &headers)).to_string()
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_in_what_it_added_itself() {
        assert_eq!(counted("127.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(counted("::1", &["198.51.100.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(counted("::ffff:127.0.0.1", &["198.51.100.1", " 203.0.113.7 "]), "203.0.113.7");
        assert_eq!(counted("127.0.0.1", &["203.0.113.7, unknown"]), "127.0.0.1");
        assert_eq!(counted("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn nobody_else_is_believed() {
        assert_eq!(counted("203.0.113.9", &["203.0.113.7"]), "203.0.113.9");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        assert_eq!(counted("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(counted("127.0.0.1", &["2001:db8:1:2::9"]), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
