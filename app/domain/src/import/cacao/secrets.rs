//! Secrets in what a playbook says: credentials of commands, headers, addresses and variables.
//!
//! A graph is shown, searched, exported and printed; the source is not. So nothing of a secret is in the graph: a mark
//! stands in its place, and the source keeps it. A reference to a variable (`__token__:value`, `$TOKEN`, `<token>`) is
//! no secret. One pass over a text.

use crate::graph::{Graph, MAX_LABEL_CHARS};
use crate::import::issues::Issues;
use crate::text::shortened;

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "⟨secret, kept in the source⟩";

/// Words that the name of something secret ends with.
const NAMES: [&str; 26] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "api_key",
    "apikey",
    "auth_key",
    "access_key",
    "secret_key",
    "private_key",
    "signing_key",
    "encryption_key",
    "shared_key",
    "account_key",
    "subscription_key",
    "oauth_header",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "session_id",
    "connection_string",
    "client_assertion",
];

/// Headers whose whole value is secret, whatever stands in it.
const HEADERS: [&str; 8] = [
    "authorization",
    "proxy_authorization",
    "cookie",
    "set_cookie",
    "x_api_key",
    "x_auth_token",
    "x_auth_key",
    "private_token",
];

/// What a token begins with by which its issuer knows it.
const PREFIXES: [&str; 14] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "AKIA",
    "ASIA",
    "AIza",
    "sk_live_",
    "hvs.",
    "eyJ",
];

/// Fewest characters of a token.
const MIN_TOKEN: usize = 16;

/// Longest word of a sentence, in bytes: what goes on without a blank is none.
const MAX_WORD: usize = 400;

/// Most characters of a name, or of a text that is looked at to judge it.
const MAX_NAME: usize = 60;

/// Whether a member or variable of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = normalised(name);
    NAMES.iter().any(|known| name.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('_')))
}

/// A value, or the mark in its place when it is the secret of its name.
pub(super) fn guarded(name: &str, value: String) -> String {
    if value.is_empty() || !is_secret(name) || is_reference(&value) { value } else { HIDDEN.to_owned() }
}

/// A text with marks in the place of secrets.
pub(crate) fn hidden(text: String) -> String {
    without_secrets(&text).unwrap_or(text)
}

/// Takes secrets out of everything that a graph says, and tells where there were any.
pub(super) fn hide(graph: &mut Graph, issues: &mut Issues) {
    let message = "A password, token or key is not shown here; it stays in the source.";
    for node in &mut graph.nodes {
        let code = node.code.iter_mut().map(|code| &mut code.text);
        let texts = [&mut node.label, &mut node.description].into_iter().chain(code);
        if texts.fold(false, |hidden, text| hide_in(text) | hidden) {
            issues.warning(node.line.unwrap_or(1), message);
            node.label = shortened(&node.label, MAX_LABEL_CHARS);
        }
    }
    let edges = graph.edges.iter_mut().filter_map(|edge| edge.label.as_mut());
    let texts = [&mut graph.title, &mut graph.description].into_iter().chain(&mut graph.tags).chain(edges);
    if texts.fold(false, |hidden, text| hide_in(text) | hidden) {
        issues.warning(1, message);
    }
}

/// Takes secrets out of a text; says whether one is gone, or was before.
fn hide_in(text: &mut String) -> bool {
    if let Some(hidden) = without_secrets(text) {
        *text = hidden;
    }
    text.contains(HIDDEN)
}

/// The text with marks in the place of secrets; `None` when there are none.
fn without_secrets(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    let mut from = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some((start, end)) = secret(text, at) {
            kept.push_str(&text[from..start]);
            kept.push_str(HIDDEN);
            (at, from) = (end, end);
        } else {
            // To the next word, or the next sign.
            let word = word_length(rest);
            at += if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) };
        }
    }
    kept.push_str(&text[from..]);
    (from > 0).then_some(kept)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !is_word(c)).unwrap_or(text.len())
}

/// The secret whose name, scheme or form begins at a place of the text, where a word begins.
fn secret(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    if let Some(found) = rest.strip_prefix("://") {
        return in_address(found).map(|(start, end)| (at + 3 + start, at + 3 + end));
    }
    let length = word_length(rest);
    if length == 0 {
        return None;
    }
    let (word, behind) = rest.split_at(length);
    let found = |(start, end): (usize, usize)| (at + length + start, at + length + end);
    if word == "-----BEGIN" {
        return key_block(behind).map(found);
    }
    if PREFIXES.iter().any(|prefix| word.starts_with(prefix)) && is_token(token(rest)) {
        return Some((at, at + token(rest).len()));
    }
    if word.len() > MAX_NAME {
        return None;
    }
    if word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic") {
        let gap = blanks(behind);
        let token = token(&behind[gap..]);
        return (gap > 0 && is_token(token) && !is_reference(token)).then(|| found((gap, gap + token.len())));
    }
    if word == "-u" || word.eq_ignore_ascii_case("--user") || word == "--proxy-user" {
        return login(behind).map(found);
    }
    let name = normalised(word);
    // `__token__:value` is how CACAO refers to a variable.
    if !is_secret(&name) || word.starts_with("__") && behind.starts_with(":value") {
        return None;
    }
    let is_option = word.starts_with('-') && word.len() > 2;
    let quote = text[..at].chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
    value(behind, &name, is_option, quote).map(found)
}

/// The value behind a name.
fn value(behind: &str, name: &str, is_option: bool, quote: Option<char>) -> Option<(usize, usize)> {
    let closing = usize::from(quote.is_some_and(|quote| behind.starts_with(quote)));
    // A quote that closes behind the name is JSON's; one that does not goes around name and value.
    let around = if closing == 0 { quote } else { None };
    let mut start = closing + blanks(&behind[closing..]);
    let sign = behind[start..].chars().next();
    match sign {
        Some(':' | '=') => {
            start += 1;
            start += usize::from(behind[start..].starts_with(['>', '=']));
            start += blanks(&behind[start..]);
        }
        // `--password x`
        _ if is_option && closing == 0 && start > 0 => {}
        _ => return None,
    }
    let open = behind[start..].find(|c: char| !matches!(c, '[' | '(' | ' ')).unwrap_or(0).min(2);
    let opened = start + open;
    let quoted = behind[opened..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    if let Some(quote) = quoted {
        let inside = &behind[opened + 1..];
        let end = inside.find([quote, '\n']).unwrap_or(inside.len());
        return range(inside, opened + 1, end);
    }
    let rest = &behind[start..];
    let is_header = HEADERS.contains(&name) && !is_option && sign == Some(':');
    let ends = |c: char| {
        let is_sign = matches!(c, '&' | '"' | '\'' | '`' | ',' | ';' | '}' | ')' | '|' | '<' | '>');
        if is_header { c == '\n' || Some(c) == around } else { c.is_whitespace() || is_sign }
    };
    // Of what refers to a secret the end is not looked for: it may be far, and the next name stands before it.
    let head = beginning(rest);
    if is_open(&head[..head.find(ends).unwrap_or(head.len())]) {
        return None;
    }
    let end = rest.find(ends).unwrap_or(rest.len());
    if is_header {
        return range(rest, start, rest[..end].trim_end().len());
    }
    // “Password: ask the lead” is an instruction; of code and options, the word is the value.
    let behind = rest[end..].trim_start_matches([' ', '\t']);
    let goes_on = !(behind.is_empty() || behind.starts_with('\n'));
    let is_sentence = sign == Some(':') && closing == 0 && goes_on && !is_token(&rest[..end]);
    if is_sentence { None } else { range(rest, start, end) }
}

/// A value as a place in the text, unless it is empty, hidden already or only refers to a secret.
fn range(value: &str, start: usize, length: usize) -> Option<(usize, usize)> {
    (!is_open(&value[..length])).then_some((start, start + length))
}

/// Whether a value is empty, hidden already or only refers to a secret. What it begins with tells.
fn is_open(value: &str) -> bool {
    let said = ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token "]
        .iter()
        .find_map(|scheme| value.strip_prefix(scheme));
    value.trim().is_empty() || is_reference(said.unwrap_or(value)) || value.starts_with(HIDDEN)
}

/// What a text begins with: as much as is looked at to judge it.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(2 * MAX_NAME)]
}

/// Whether a value stands for another one, or was taken out by the author.
fn is_reference(value: &str) -> bool {
    let value = value.trim();
    value.starts_with(['$', '<', '{', '%', '*', '⟨', '…'])
        || value.starts_with("__")
        || ["your", "xxx", "redacted", "null", "none", "true", "false"]
            .iter()
            .any(|word| value.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

/// The password in `user:password@host`, behind `://`.
fn in_address(text: &str) -> Option<(usize, usize)> {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '`'))
        .unwrap_or(text.len());
    let user_info = text[..end].rsplit_once('@')?.0;
    let start = user_info.find(':')? + 1;
    range(&text[start..], start, user_info.len() - start)
}

/// The password in `-u user:password`.
fn login(behind: &str) -> Option<(usize, usize)> {
    let gap = behind.find(|c: char| !c.is_whitespace() && !matches!(c, '=' | '"' | '\'')).unwrap_or(0);
    let head = token(beginning(&behind[gap..]));
    let start = head.find(':')? + 1;
    if gap == 0 || is_open(&head[start..]) {
        return None;
    }
    let word = token(&behind[gap..]);
    range(&word[start..], gap + start, word.len() - start)
}

/// A private key between its two lines.
fn key_block(behind: &str) -> Option<(usize, usize)> {
    let head = beginning(behind).split('\n').next().unwrap_or_default();
    if !head.contains("PRIVATE KEY-----") {
        return None;
    }
    let start = head.find("-----")? + "-----".len();
    let end = behind[start..].find("-----END").map_or(behind.len(), |end| start + end);
    Some((start, end))
}

/// The characters of a token that a text begins with.
fn token(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | '}' | '<' | '>' | '\\'));
    &text[..end.unwrap_or(text.len())]
}

/// Whether this is a token and no word of a sentence.
fn is_token(text: &str) -> bool {
    let long = text.len() >= MIN_TOKEN;
    let head = &text[..text.floor_char_boundary(MAX_NAME)];
    let mixed = head.chars().any(|c| c.is_ascii_digit())
        || head.chars().any(char::is_uppercase) && head.chars().skip(1).any(char::is_uppercase);
    let short = text.len() >= 6 && head.chars().any(|c| c.is_ascii_digit()) && head.chars().any(char::is_alphabetic);
    (long && (mixed || text.len() > MAX_WORD || text.contains(['=', '.', '_']))) || short
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// A name in small letters, its words apart: `X-Api-Key` and `apiKey` are one.
fn normalised(name: &str) -> String {
    let mut normal = String::with_capacity(name.len().min(MAX_NAME));
    let mut before = ' ';
    for character in name.trim_matches(|c: char| !c.is_alphanumeric()).chars() {
        if character.is_uppercase() && before.is_lowercase() {
            normal.push('_');
        }
        normal.extend(if character.is_alphanumeric() { character.to_lowercase().next() } else { Some('_') });
        before = character;
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_every_form_are_hidden() {
        for (text, hidden) in [
            ("Authorization: Bearer abc", "Authorization: #"),
            ("curl -H 'Authorization: Bearer abc123' https://x", "curl -H 'Authorization: #' https://x"),
            ("curl -H \"X-Api-Key: s3cr3t\" -d '{}'", "curl -H \"X-Api-Key: #\" -d '{}'"),
            ("Cookie: a=b; c=d\nHost: x", "Cookie: #\nHost: x"),
            ("{\"Authorization\": [\"Basic YTpi\"], \"b\": 1}", "{\"Authorization\": [\"#\"], \"b\": 1}"),
            ("{\"password\":\"hunter2\",\"user\":\"a\"}", "{\"password\":\"#\",\"user\":\"a\"}"),
            ("{'apiKey' : 'x y'}", "{'apiKey' : '#'}"),
            ("use Bearer 0123456789abcdef0123", "use Bearer #"),
            ("https://ana:hunter2@example.org/x", "https://ana:#@example.org/x"),
            ("GET /a?api_key=abc&b=1", "GET /a?api_key=#&b=1"),
            ("run --password hunter2 --verbose", "run --password # --verbose"),
            ("run --token=abc", "run --token=#"),
            ("curl -u ana:hunter2 https://x", "curl -u ana:# https://x"),
            ("export API_KEY=abc\nls", "export API_KEY=#\nls"),
            ("$Password = 'x'", "$Password = '#'"),
            ("password: hunter2", "password: #"),
            ("git clone with ghp_0123456789abcdefABCD now", "git clone with # now"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----#-----END RSA PRIVATE KEY-----",
            ),
        ] {
            assert_eq!(without_secrets(text).map(|text| text.replace(HIDDEN, "#")).as_deref(), Some(hidden), "{text}");
        }
    }

    #[test]
    fn references_and_sentences_stay() {
        for text in [
            "Authorization: Bearer __api_token__:value",
            "Authorization: Bearer $TOKEN",
            "--password <password> --token {{token}}",
            "Reset the password: ask the lead for a new one",
            "Bearer tokens are revoked, basic authentication is switched off",
            "Check the Authorization header and the cookie",
            "https://example.org:8443/a@b",
            "password policy; token; secret santa",
            "{\"api_key\": \"\"}",
        ] {
            assert_eq!(without_secrets(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_told_whatever_joins_their_words() {
        for name in
            ["password", "Authorization", "X-Api-Key", "client_secret", "apiKey", "__api_token__", "DB_PASSWORD"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["key", "tokens_used", "name", "passwords_reset", "author"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
