//! Texts as people write and paste them, with whatever looks like markup.

use proptest::prelude::*;

/// Beginnings of lines that may be markup.
const BEGINNINGS: [&str; 24] = [
    "- ",
    "* ",
    "+ ",
    "  - ",
    "\t- ",
    "1. ",
    "  12) ",
    "> ",
    ">",
    ">> ",
    "# ",
    "###### ",
    "#",
    "```",
    "````",
    "~~~",
    "```sh",
    "   ",
    "\t",
    "| ",
    "|---|---|",
    "- [ ] ",
    "-- ",
    "---",
];

/// Words that look like markup, or hold what does.
const WORDS: [&str; 60] = [
    "**",
    "**bold**",
    "***",
    "*",
    "*a*",
    "`",
    "``",
    "`code`",
    "`` a`b ``",
    "|",
    " | ",
    "\\",
    "\\|",
    "\\`",
    "_",
    "__init__.py",
    "_x_",
    "~~gone~~",
    "[a](https://a.example/b_(c))",
    "[a](javascript:alert(1))",
    "[c](<https://c.example>)",
    "![p](http://p.example/p.png)",
    "![p][r]",
    "[r]: http://p.example/p.png",
    "[![p](https://p.example/p.png)](https://a.example)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "[a](https://a.example\" onmouseover=\"x)",
    "<img src=http://p.example/p.png>",
    "<img srcset=\"/api/executions/1/report.pdf 2x\">",
    "<p style=\"background:url(http://p.example)\">",
    "<link rel=stylesheet href=http://p.example>",
    "<video poster=/p.png src=/v.mp4></video>",
    "<svg><image href=/p.png /></svg>",
    "](",
    "[",
    "]",
    "<br>",
    "<BR />",
    "<script>alert(1)</script>",
    "<IP address>",
    "&lt;",
    "&amp;",
    "&",
    "C:\\Windows\\Temp\\*.tmp",
    "\\\\fs01\\admin$\\run.bat",
    "HKLM\\SOFTWARE\\Microsoft\\.NETFramework",
    "**/x/**",
    "rm *a *b",
    "2*3*4",
    "A[\"`x\"]",
    "http://203.0.113.10/stage1.sh",
    "www.evil.example",
    "bad@evil.example",
    "$(x)",
    "`r`n",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{0}",
    "👩🏽‍🚀",
];

/// A text of several lines.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        4 => "[a-z0-9]{1,6}",
        2 => any::<char>().prop_map(String::from),
        3 => prop::sample::select(vec![" ", " ", "  ", "\t"]).prop_map(str::to_owned),
    ];
    let begin =
        prop_oneof![2 => Just(String::new()), 3 => prop::sample::select(BEGINNINGS.to_vec()).prop_map(str::to_owned)];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\n\n", "\r\n", "\r", ""]);
    let line = (prop::collection::vec(begin, 0..3), prop::collection::vec(word, 0..8), end);
    let line = line.prop_map(|(begin, words, end)| begin.concat() + &words.concat() + end);
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}
