//! Where incidents lie in TheHive, so that an execution can lead to its case. Nothing is ever asked of TheHive.
//!
//! TheHive 5 shows a case at `/cases/{case}/details`, where `{case}` is its id (`~40964216`) or its number (`42`).

use std::fmt::Write as _;
use std::str::FromStr;

use axum::http::Uri;

/// The address of a TheHive, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheHive(String);

/// Why a text is no address of a TheHive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an address of TheHive: write it like https://thehive.example.com or http://10.0.0.7:9000/thehive, without a user, a query or a fragment"
)]
pub struct NoTheHive;

impl FromStr for TheHive {
    type Err = NoTheHive;

    fn from_str(text: &str) -> Result<Self, NoTheHive> {
        let text = text.trim();
        let uri: Uri = text.parse().map_err(|_| NoTheHive)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().ok_or(NoTheHive)?;
        // A parser of addresses leaves fragments out in silence.
        if !is_web || authority.host().is_empty() || authority.as_str().contains('@') || text.contains(['?', '#']) {
            return Err(NoTheHive);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl TheHive {
    /// Where the case with this id or number is shown; `None` for what cannot be a part of an address.
    pub(crate) fn case(&self, id: &str) -> Option<String> {
        let id = id.trim();
        // People write a number as TheHive shows it, `#42`.
        let id = id.strip_prefix('#').unwrap_or(id);
        // Browsers take dots for a way up, escaped or not.
        if matches!(id, "" | "." | "..") {
            return None;
        }
        let mut address = format!("{}/cases/", self.0);
        for byte in id.bytes() {
            // RFC 3986 §2.3: only unreserved characters stay.
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                address.push(char::from(byte));
            } else {
                // Writing into a text does not fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
        address.push_str("/details");
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(address: &str, id: &str) -> Option<String> {
        address.parse::<TheHive>().expect("an address").case(id)
    }

    #[test]
    fn a_case_is_found_by_its_id_and_by_its_number() {
        let at = "https://thehive.example.com";
        assert_eq!(case(at, "~40964216").as_deref(), Some("https://thehive.example.com/cases/~40964216/details"));
        assert_eq!(case(at, " #42 ").as_deref(), Some("https://thehive.example.com/cases/42/details"));
        let below = "http://10.0.0.7:9000/thehive/";
        assert_eq!(case(below, "INC-7").as_deref(), Some("http://10.0.0.7:9000/thehive/cases/INC-7/details"));
    }

    #[test]
    fn an_id_never_leads_elsewhere() {
        let at = "https://thehive.example.com";
        let odd = case(at, "../admin?x=1#y ä\"").expect("an address");
        assert_eq!(odd, "https://thehive.example.com/cases/..%2Fadmin%3Fx%3D1%23y%20%C3%A4%22/details");
        for id in ["", " ", "#", ".", ".."] {
            assert_eq!(case(at, id), None, "{id}");
        }
    }

    #[test]
    fn only_an_address_of_the_web_is_one_of_thehive() {
        let wrong = [
            "",
            "thehive.example.com",
            "ftp://thehive.example.com",
            "javascript:alert(1)",
            "https://",
            "https://ana:secret@thehive.example.com",
            "https://thehive.example.com/?a=b",
            "https://thehive.example.com/#/cases",
            "/thehive",
        ];
        for text in wrong {
            assert_eq!(text.parse::<TheHive>(), Err(NoTheHive), "{text}");
        }
    }
}
