//! Our own JSON.

use super::{Hostile, any, most};

const JSON_HEAD_AB: &str = "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[{\"id\":\"a\",\"label\":\"a\"},{\"id\":\"b\",\"label\":\"b\"}],\"edges\":[";
const JSON_HEAD_PHASES: &str = "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[{\"id\":\"p\",\"label\":\"p\",\"kind\":\"phase\"},{\"id\":\"q\",\"label\":\"q\",\"kind\":\"phase\"},";

pub(super) const TEXTS: &[Hostile] = &[
    any(
        "json two phases",
        &[
            JSON_HEAD_PHASES,
            "{\"id\":\"a{n}\",\"label\":\"a\",\"phase\":\"p\"},{\"id\":\"b{n}\",\"label\":\"b\",\"phase\":\"q\"},",
            "{\"id\":\"z\",\"label\":\"z\"}],\"edges\":[",
            "{\"from\":\"p\",\"to\":\"q\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
    most(
        500,
        "json two phases of 500",
        &[
            JSON_HEAD_PHASES,
            "{\"id\":\"a{n}\",\"label\":\"a\",\"phase\":\"p\"},{\"id\":\"b{n}\",\"label\":\"b\",\"phase\":\"q\"},",
            "{\"id\":\"z\",\"label\":\"z\"}],\"edges\":[",
            "{\"from\":\"p\",\"to\":\"q\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
    most(
        2400,
        "json two phases of 2400",
        &[
            JSON_HEAD_PHASES,
            "{\"id\":\"a{n}\",\"label\":\"a\",\"phase\":\"p\"},{\"id\":\"b{n}\",\"label\":\"b\",\"phase\":\"q\"},",
            "{\"id\":\"z\",\"label\":\"z\"}],\"edges\":[{\"from\":\"p\",\"to\":\"q\"},{\"from\":\"q\",\"to\":\"p\"}]}",
        ],
    ),
    any("json edges", &[JSON_HEAD_AB, "{\"from\":\"a\",\"to\":\"b\"},", "{\"from\":\"b\",\"to\":\"a\"}]}"]),
    any(
        "json edges labelled",
        &[JSON_HEAD_AB, "{\"from\":\"a\",\"to\":\"b\",\"label\":\"x{n}\"},", "{\"from\":\"b\",\"to\":\"a\"}]}"],
    ),
    most(
        4900,
        "json phase chain edges",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[",
            "{\"id\":\"p{m}\",\"label\":\"a\",\"kind\":\"phase\",\"phase\":\"p{n}\"},",
            "{\"id\":\"p0\",\"label\":\"a\",\"kind\":\"phase\"},{\"id\":\"z\",\"label\":\"z\",\"phase\":\"p1\"}],\"edges\":[",
            "{\"from\":\"p{n}\",\"to\":\"p{m}\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
    most(
        2400,
        "json deep phases with steps",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[",
            "{\"id\":\"p{m}\",\"label\":\"a\",\"kind\":\"phase\",\"phase\":\"p{n}\"},{\"id\":\"s{m}\",\"label\":\"s\",\"phase\":\"p{n}\"},",
            "{\"id\":\"p0\",\"label\":\"a\",\"kind\":\"phase\"},{\"id\":\"z\",\"label\":\"z\",\"phase\":\"p1\"}],\"edges\":[",
            "{\"from\":\"s{m}\",\"to\":\"z\"},{\"from\":\"p{n}\",\"to\":\"z\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
    most(
        1600,
        "json phases of one",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[",
            "{\"id\":\"p{n}\",\"label\":\"a\",\"kind\":\"phase\"},{\"id\":\"s{n}\",\"label\":\"s\",\"phase\":\"p{n}\"},{\"id\":\"t{n}\",\"label\":\"s\",\"phase\":\"p{n}\"},",
            "{\"id\":\"z\",\"label\":\"z\"}],\"edges\":[",
            "{\"from\":\"p{n}\",\"to\":\"p{h}\"},{\"from\":\"s{n}\",\"to\":\"t{h}\",\"label\":\"yes\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
    any(
        "json deep value",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"x\":", "[", "1", "]", ",\"nodes\":[{\"label\":\"a\"}]}"],
    ),
    any(
        "json deep objects",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"x\":",
            "{\"a\":",
            "1",
            "}",
            ",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json keys",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",", "\"k{n}\":1,", "\"nodes\":[{\"label\":\"a\"}]}"],
    ),
    any(
        "json same key",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",", "\"k\":1,", "\"nodes\":[{\"label\":\"a\"}]}"],
    ),
    any(
        "json same key nodes",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",",
            "\"nodes\":[{\"label\":\"a\"}],",
            "\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json node keys",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[{", "\"k{n}\":1,", "\"label\":\"a\"}]}"],
    ),
    any(
        "json same id",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[", "{\"id\":\"a\"},", "{\"label\":\"a\"}]}"],
    ),
    most(
        4900,
        "json same id 4900",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[", "{\"id\":\"a\"},", "{\"label\":\"a\"}]}"],
    ),
    most(
        4900,
        "json no id 4900",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[", "{\"label\":\"a\"},", "{\"label\":\"a\"}]}"],
    ),
    any(
        "json codes",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[{\"label\":\"a\",\"code\":[",
            "{\"text\":\"ls\"},",
            "{\"text\":\"ls\"}]}]}",
        ],
    ),
    any(
        "json tags",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"tags\":[",
            "\"t{n}\",",
            "\"t\"],\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any("json newlines", &["{\"format\":\"playbook-forge\",\"title\":\"T\",", "\n", "\"nodes\":[{\"label\":\"a\"}]}"]),
    any(
        "json escapes",
        &["{\"format\":\"playbook-forge\",\"title\":\"", "\\u202e", "\",\"nodes\":[{\"label\":\"a\"}]}"],
    ),
    any(
        "json wrong nodes",
        &["{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[", "1,", "{\"label\":\"a\"}]}"],
    ),
    any(
        "json description tags",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"description\":\"",
            "<b a{n}>",
            "",
            "<p>",
            "\",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json description tables",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"description\":\"",
            "|a\\n|-\\n\\n",
            "\",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json description links",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"description\":\"",
            "[a](http://&&&&&&&&&&&&&&) ",
            "\",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json description hidden",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"description\":\"",
            "\u{7f}",
            "\",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    any(
        "json description items",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"description\":\"",
            "+ a\\n",
            "\",\"nodes\":[{\"label\":\"a\"}]}",
        ],
    ),
    most(
        4900,
        "json stars",
        &[
            "{\"format\":\"playbook-forge\",\"title\":\"T\",\"nodes\":[",
            "{\"id\":\"a{n}\",\"label\":\"a\",\"kind\":\"decision\"},",
            "{\"id\":\"z\",\"label\":\"z\",\"kind\":\"decision\"}],\"edges\":[",
            "{\"from\":\"z\",\"to\":\"a{n}\"},{\"from\":\"a{n}\",\"to\":\"z\",\"label\":\"x\"},",
            "{\"from\":\"z\",\"to\":\"z\"}]}",
        ],
    ),
];
