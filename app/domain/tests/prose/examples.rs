//! What is markup, what is not, and how it looks on a page.

use domain::prose::{Kind, html};

fn note(text: &str) -> String {
    html(text, Kind::Note)
}

fn instructions(text: &str) -> String {
    html(text, Kind::Instructions)
}

/// A text of one paragraph that is shown as it is.
fn plain(text: &str) -> String {
    format!("<p>{}</p>\n", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"))
}

#[test]
fn paths_code_globs_entities_and_addresses_are_shown_to_the_letter() {
    for text in [
        r"Key HKLM\SOFTWARE\Microsoft\.NETFramework was set by \\fs01\admin$\run.bat; mask C:\Windows\Temp\*.tmp, C:\Windows\Temp\_x, __init__.py, &lt;script&gt;",
        r"Path C:\__test_group\__\x and \\srv\c$\a_b_c",
        "Beacon to http://203.0.113.10/stage1.sh and www.evil.example, mail from bad@evil.example",
        "<script>alert(1)</script> &amp; &lt; [x](javascript:alert(1)) $HOME ~~no~~",
        "[the page](https://evil.example) ![p](http://evil.example/p.png) <https://evil.example> [1]: https://evil.example",
        "rm *a *b; ls **/x/** src/**/*.rs; 2*3*4 = 24; 2**3 and 4**5; f(**kwargs, **more); x = **p; y = **q;",
        r"C:\**Temp**\x and ***all*** and ** no ** and **open",
        "Write-Host \"`nHello`t`tWorld`r`n\" and A[\"`x\"] and \\`a\\` and $`b`",
        ">output.txt\n>>> import os\n#!/bin/sh\n#tag\n-rf\n--- a\n+++ b\n1.5 GB\n2026.\n| no | divider |",
        "two  blanks,\ttabs\n    and indentation",
        "***",
        "---",
        "- ",
        "-",
        "1.",
    ] {
        assert_eq!(note(text), plain(text));
    }
}

#[test]
fn placeholders_and_html_in_instructions_are_text() {
    for text in [
        "Block <IP address> on the firewall and tell <owner>",
        "Ask <duty manager> first.",
        r"Set HKLM\SOFTWARE\Microsoft\.NETFramework and clean C:\Temp\_x",
        "<details><summary>More</summary>Text</details> <!-- hidden --> <img src=x onerror=alert(1)>",
        "see https://a.example, <https://b.example>, [a](javascript:alert(1)), [b](//c.example), [](https://d.example), [e](https://)",
    ] {
        assert_eq!(instructions(text), plain(text));
    }
}

#[test]
fn a_link_of_a_playbook_shows_its_address_and_leads_nowhere_by_itself() {
    let link = |address: &str, text: &str| {
        format!(
            "<a href=\"{address}\" title=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{text}</a>"
        )
    };
    for (text, shown) in [
        ("[the *guide*](https://a.example/b_(c)?d&e)", link("https://a.example/b_(c)?d&amp;e", "the *guide*")),
        ("**[a](HTTP://a.example)**", format!("<strong>{}</strong>", link("HTTP://a.example", "a"))),
        ("[**a** `b`](http://a.example)", link("http://a.example", "<strong>a</strong> <code>b</code>")),
        ("![map](https://a.example/map.png)!", link("https://a.example/map.png", "map") + "!"),
        (
            "[a [b](https://b.example) c](https://c.example)",
            format!("[a {} c](https://c.example)", link("https://b.example", "b")),
        ),
        ("[CISA](<https://a.example/(x>)", link("https://a.example/(x", "CISA")),
        (
            "[a](https://a.example/[b](https://b.example)",
            format!("[a](https://a.example/{}", link("https://b.example", "b")),
        ),
        ("one<br>two<BR/>three<br />four<brr>", "one<br>two<br>three<br>four&lt;brr&gt;".to_owned()),
    ] {
        assert_eq!(instructions(text), format!("<p>{shown}</p>\n"));
    }
}

#[test]
fn what_is_strong_or_code_stands_apart() {
    for (text, shown) in [
        ("**Found** it", "<strong>Found</strong> it"),
        ("(**\"now\"**), **a `b**` c**!", "(<strong>&quot;now&quot;</strong>), <strong>a <code>b**</code> c</strong>!"),
        ("请**注意**。", "请<strong>注意</strong>。"),
        ("**one\ntwo**", "**one\ntwo**"),
        ("`p=reject`, ``a`b``, ` no `", "<code>p=reject</code>, <code>a`b</code>, ` no `"),
        ("`C:\\Temp\\`, `**`", "<code>C:\\Temp\\</code>, <code>**</code>"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    ] {
        assert_eq!(note(text), format!("<p>{shown}</p>\n"));
    }
}

#[test]
fn lists_keep_their_numbers_and_lie_in_each_other() {
    assert_eq!(
        note("- one\n  more\n  - two\n\n    three\n* four\n"),
        "<ul><li><p>one\nmore</p>\n<ul><li><p>two</p>\n<p>three</p>\n</li></ul>\n</li><li><p>four</p>\n</li></ul>\n"
    );
    assert_eq!(
        note("007. one\n3) two"),
        "<ol><li class=\"marked\"><span>007.</span> <div><p>one</p>\n</div></li><li class=\"marked\"><span>3)</span> <div><p>two</p>\n</div></li></ol>\n"
    );
    assert_eq!(note("- [ ] open\n- [x] done"), "<ul><li><p>[ ] open</p>\n</li><li><p>[x] done</p>\n</li></ul>\n");
    assert!(note("+ added").contains("<span>+</span>"), "a pasted difference keeps its sign");
}

#[test]
fn code_keeps_its_indentation_also_when_nobody_closes_it() {
    assert_eq!(
        note("```sh\n  a\n\n\n\tb `c` **d**\n```\nend"),
        "<figure class=\"code\"><figcaption>sh</figcaption><pre tabindex=\"0\"><code>  a\n\n\n\tb `c` **d**</code></pre></figure>\n<p>end</p>\n"
    );
    assert_eq!(
        note("~~~\n# a\n```"),
        "<figure class=\"code\"><pre tabindex=\"0\"><code># a\n```</code></pre></figure>\n"
    );
    assert_eq!(
        note("1. run\n   ```\n     x\n   ```\n"),
        "<ol><li class=\"marked\"><span>1.</span> <div><p>run</p>\n<figure class=\"code\"><pre tabindex=\"0\"><code>  x</code></pre></figure>\n</div></li></ol>\n"
    );
}

#[test]
fn a_table_keeps_the_cells_that_its_head_has_no_place_for() {
    assert_eq!(
        note("| a | b |\n|:--|--:|\n| `x | y` | <b>bold</b> | more |\nc | d\nend"),
        "<div class=\"cells\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\
         <tr><td><code>x | y</code></td><td>&lt;b&gt;bold&lt;/b&gt;</td><td>more</td></tr>\
         <tr><td>c</td><td>d</td></tr></tbody></table></div>\n<p>end</p>\n"
    );
    let escaped = note("| cmd |\n|---|\n| cat a \\| grep b |");
    assert!(escaped.contains("<td>cat a \\| grep b</td>"), "{escaped}");
    assert_eq!(note("a | b\n|---|"), plain("a | b\n|---|"), "a divider has as many cells as the head");
}

#[test]
fn a_heading_is_a_bold_line_with_its_signs_and_a_quote_is_a_quote() {
    assert_eq!(
        note("# whoami\n> he said\n>\n> > no\nend"),
        "<p><strong># whoami</strong></p>\n<blockquote><p>he said</p>\n<blockquote><p>no</p>\n</blockquote>\n</blockquote>\n<p>end</p>\n"
    );
}

#[test]
fn what_cannot_be_seen_is_shown_by_its_number() {
    assert_eq!(
        note("invoice\u{202e}fdp.exe \u{0}\u{200b} 👩🏽\u{200d}🚀"),
        "<p>invoice⟨U+202E⟩fdp.exe ⟨U+0000⟩⟨U+200B⟩ 👩🏽\u{200d}🚀</p>\n"
    );
    assert_eq!(note("\u{2028}\n\u{b}"), "<p>⟨U+2028⟩\n⟨U+000B⟩</p>\n");
}
