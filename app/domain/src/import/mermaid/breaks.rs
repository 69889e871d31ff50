//! Where the lines of a label end.
//!
//! `<br>` ends a line. `\n` is harder: Mermaid.js 11 shows it as it stands, older charts mean a line break, and
//! `C:\Program Files\nmap` is neither of them two lines. It is a break, except where what stands around it looks like a
//! path, a registry key or an account. In doubt the letters stay, as Mermaid.js leaves them: a label with `\n` in it can
//! be read, one without its `n` cannot. One pass over the text; what is looked at around a place is bounded.

use crate::import::tags::tag;

/// Longest part of a path or word, in bytes, that is looked at.
const MAX_PART: usize = 60;

/// Most words in the name of a folder (`Documents and Settings`).
const MAX_FOLDER_WORDS: usize = 3;

/// What a path can begin with, before its first backslash.
const ROOTS: [&str; 12] = [
    "~",
    ".",
    "..",
    "HKLM",
    "HKCU",
    "HKCR",
    "HKU",
    "HKCC",
    "HKEY_LOCAL_MACHINE",
    "HKEY_CURRENT_USER",
    "HKEY_CLASSES_ROOT",
    "HKEY_USERS",
];

/// Ends of file names: nothing lies in a file, so a path goes on behind none of them.
const EXTENSIONS: [&str; 46] = [
    "bak", "bat", "bin", "cab", "cer", "cfg", "cmd", "com", "conf", "csv", "dat", "db", "dll", "dmp", "doc", "docx",
    "eml", "evtx", "exe", "hta", "htm", "html", "img", "ini", "iso", "js", "json", "lnk", "log", "msg", "msi", "pcap",
    "pdf", "ps1", "py", "raw", "reg", "scr", "sh", "sys", "tmp", "txt", "vbs", "xls", "xlsx", "zip",
];

/// Names that begin with n and whose rest is no word: in `\new` and `\notes` the n belongs to the name.
const NAMES: [&str; 42] = [
    "nadia",
    "nadine",
    "nagios",
    "nancy",
    "natalie",
    "natasha",
    "nathan",
    "neil",
    "nelson",
    "nessus",
    "net",
    "netcat",
    "netlogon",
    "netscaler",
    "netstat",
    "netsvc",
    "netsvcs",
    "network",
    "networks",
    "new",
    "newfolder",
    "news",
    "nginx",
    "nick",
    "nicolas",
    "nicole",
    "nikolai",
    "nina",
    "noah",
    "node",
    "nodejs",
    "noel",
    "nora",
    "norman",
    "notepad",
    "notes",
    "ntds",
    "ntfs",
    "ntlm",
    "ntuser",
    "nuget",
    "nvidia",
];

/// Abbreviations that stand before a line break in charts about incidents, and are no Windows domains.
const ABBREVIATIONS: [&str; 34] = [
    "AD", "API", "AV", "BIA", "CEO", "CERT", "CFO", "CIO", "CISO", "CSIRT", "CTI", "DFIR", "DLP", "DNS", "DPO", "EDR",
    "GDPR", "HR", "IDS", "IOC", "IP", "IPS", "IR", "IT", "LEGAL", "MFA", "NO", "OS", "PR", "SIEM", "SOC", "VPN", "XDR",
    "YES",
];

/// Words that go on with a sentence and are no accounts.
const JOINING: [&str; 40] = [
    "a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "before", "by", "can", "do", "for", "from",
    "has", "if", "in", "into", "is", "it", "its", "not", "of", "on", "or", "out", "over", "team", "that", "the",
    "then", "to", "until", "up", "via", "was", "when", "with",
];

/// Makes every form of a line break a line break: `<br>`, `<br />`, and `\n` where it is one.
pub(crate) fn with_breaks(text: &str) -> String {
    let mut reader = Reader { out: String::with_capacity(text.len()), ..Reader::default() };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = match character {
            '\\' => reader.backslash(rest),
            '<' if is_break(rest) => reader.end_line(tag(rest).map_or(1, |(_, length)| length)),
            '\n' => reader.end_line(1),
            _ => reader.character(character),
        };
        rest = &rest[length..];
    }
    reader.out
}

fn is_break(text: &str) -> bool {
    tag(text).is_some_and(|(name, _)| name.eq_ignore_ascii_case("br"))
}

#[derive(Default)]
struct Reader {
    out: String,
    /// Where the word begins that is being read.
    word: usize,
    /// Whether that word holds a backslash which is part of a name.
    joined: bool,
    /// Inside a path, where its last part begins.
    part: Option<usize>,
}

/// What a `\n` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Break,
    Name,
}

impl Reader {
    fn character(&mut self, character: char) -> usize {
        if character.is_whitespace() {
            let ends = self.out.ends_with(['.', ':', '!', '?', ',', ';']) || self.is_in_file();
            self.part.take_if(|_| ends);
            self.out.push(character);
            self.word = self.out.len();
            self.joined = false;
        } else {
            self.part.take_if(|_| matches!(character, '"' | '<' | '>' | '|' | '*' | '?' | ',' | ';'));
            self.out.push(character);
        }
        character.len_utf8()
    }

    fn end_line(&mut self, length: usize) -> usize {
        self.out.push('\n');
        *self = Self { word: self.out.len(), out: std::mem::take(&mut self.out), ..Self::default() };
        length
    }

    /// Reads what a backslash begins; gives back how much of the text that is.
    fn backslash(&mut self, text: &str) -> usize {
        let behind = &text[1..];
        let word = opened(self.current_word()).to_owned();
        if word.is_empty() && behind.strip_prefix('\\').is_some_and(begins_name) {
            return self.name(text, 2, true);
        }
        let begins_path = is_root(&word);
        let in_path = begins_path || self.part.is_some();
        if let Some(tail) = behind.strip_prefix("\\n").filter(|_| !in_path) {
            return match self.meaning(tail, false) {
                Meaning::Break => self.end_line(3),
                Meaning::Name => self.name(text, 2, false),
            };
        }
        match behind.strip_prefix('n') {
            Some(tail) if self.meaning(tail, begins_path) == Meaning::Break => self.end_line(2),
            _ => self.name(text, 1, in_path),
        }
    }

    /// Keeps backslashes that belong to a name.
    fn name(&mut self, text: &str, length: usize, in_path: bool) -> usize {
        self.out.push_str(&text[..length]);
        self.joined |= text[length..].starts_with(|c: char| c.is_alphabetic() && c != 'n');
        if in_path {
            self.part = Some(self.out.len());
        }
        length
    }

    /// What a `\n` is that `tail` follows.
    fn meaning(&self, tail: &str, begins_path: bool) -> Meaning {
        let Some(next) = tail.chars().next() else { return if begins_path { Meaning::Name } else { Meaning::Break } };
        if begins_path {
            return Meaning::Name;
        }
        if next.is_whitespace() || matches!(next, '(' | ')' | '[' | ']' | '"' | '<' | '`') {
            return Meaning::Break;
        }
        let is_name = self.is_in_folder(next) || self.joined && !self.is_in_file() || self.names_something(tail, next);
        if is_name { Meaning::Name } else { Meaning::Break }
    }

    /// Whether a path goes on with `n` and `next`.
    fn is_in_folder(&self, next: char) -> bool {
        let Some(part) = self.part.map(|part| &self.out[part..]).filter(|part| part.len() <= MAX_PART) else {
            return false;
        };
        if self.is_in_file() {
            return false;
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        match words.as_slice() {
            [] => false,
            [_] => !part.ends_with(char::is_whitespace),
            [.., last] => {
                words.len() <= MAX_FOLDER_WORDS
                    && (next.is_lowercase() || next.is_ascii_digit())
                    && !JOINING.contains(&last.to_lowercase().as_str())
            }
        }
    }

    /// Whether what is being read is the name of a file.
    fn is_in_file(&self) -> bool {
        let start = self.part.unwrap_or(self.word);
        is_file(self.out.get(start..).unwrap_or_default())
    }

    /// Whether an account, a known name or a program stands here, outside of any path.
    fn names_something(&self, tail: &str, next: char) -> bool {
        if !next.is_lowercase() && !next.is_ascii_digit() {
            return false;
        }
        let end = tail.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tail.len());
        let (name, behind) = tail.split_at(end);
        if name.len() > MAX_PART {
            return false;
        }
        let goes_on = behind.strip_prefix('\\').is_some_and(|next| !next.starts_with('n') && begins_name(next));
        let extension = behind.strip_prefix('.').unwrap_or_default();
        let extension = extension.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let lower = format!("n{}", name.to_lowercase());
        goes_on
            || NAMES.contains(&lower.as_str())
            || EXTENSIONS.contains(&extension)
            || is_domain(opened(self.current_word())) && !JOINING.contains(&&lower[1..])
    }

    fn current_word(&self) -> &str {
        let word = &self.out[self.word..];
        if word.len() > MAX_PART { "" } else { word }
    }
}

/// A word without what may stand before it.
fn opened(word: &str) -> &str {
    word.trim_start_matches(['(', '[', '{', '"', '\'', '`', '“', '„', '‘', '=', '<'])
}

fn begins_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '%'))
}

/// Whether a word is what a path begins with: a drive, a variable, a root of the registry.
fn is_root(word: &str) -> bool {
    let mut characters = word.chars();
    let is_drive = matches!((characters.next(), characters.next(), characters.next()), (Some(drive), Some(':'), None) if drive.is_ascii_alphabetic());
    let is_variable = word.len() > 2 && (word.starts_with('%') && word.ends_with('%') || word.starts_with('$'));
    is_drive || is_variable || ROOTS.iter().any(|root| root.eq_ignore_ascii_case(word))
}

fn is_file(part: &str) -> bool {
    let name = if part.len() > MAX_PART { "" } else { part };
    let ends = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    ends.is_some_and(|(_, end)| EXTENSIONS.contains(&end.to_ascii_lowercase().as_str()))
}

/// Whether a word is written as Windows domains are: `CORP`, `DC01`, `ACME-EU`.
fn is_domain(word: &str) -> bool {
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    capitals >= 2
        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
        && !ABBREVIATIONS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keys_and_accounts_stay_whole() {
        for text in [
            r"Save C:\new\temp\notes.txt",
            r"Run C:\Program Files\nmap\nmap.exe",
            r"Run C:\Program Files (x86)\nmap\ncat.exe now",
            r"C:\Documents and Settings\nadia",
            r"Check HKLM\Software\netsvc",
            r"Check HKLM\nothing",
            r"Disable CORP\nadia",
            r"Disable ACME-EU\nkim, then wait",
            r"Disable corp\nadia",
            r"Open \\srv\new share\notes",
            r"copy \\nas01\net\n2",
            r"Mount D:\n and go",
            r"List %APPDATA%\npm and $env:TEMP\nt",
            r"Run .\nmap.exe and tools\nc.exe",
            r"(see C:\nginx\logs)",
            r"C:\\new\\notes",
            r"Software\netsvc\Parameters",
        ] {
            assert_eq!(with_breaks(text), text);
        }
    }

    #[test]
    fn any_other_backslash_n_ends_a_line() {
        for (text, lines) in [
            (r"line one\nline two", "line one\nline two"),
            (r"one\ntwo\nthree", "one\ntwo\nthree"),
            (r"Isolate host\n(EDR)", "Isolate host\n(EDR)"),
            (r"Notify SOC\nand legal", "Notify SOC\nand legal"),
            (r"Steps:\ncall", "Steps:\ncall"),
            (r"Ask CORP\nAdmins", "Ask CORP\nAdmins"),
            (r"Start C:\tools\scan.exe\nthen wait", "Start C:\\tools\\scan.exe\nthen wait"),
            (
                r"Copy C:\Temp and then call the lead\nof the shift",
                "Copy C:\\Temp and then call the lead\nof the shift",
            ),
            (r"one\\ntwo", "one\ntwo"),
            (r"a\n\nb", "a\n\nb"),
            (r"end\n", "end\n"),
            ("a<br>b<BR />c", "a\nb\nc"),
        ] {
            assert_eq!(with_breaks(text), lines, "{text}");
        }
    }
}
