//! CACAO playbooks.

use super::{Hostile, any, most};

const CACAO: &str = "{\"type\":\"playbook\",\"spec_version\":\"cacao-2.0\",\"name\":\"T\",\"workflow_start\":\"s0\",";
const CACAO_HEAD: &str =
    "{\"type\":\"playbook\",\"spec_version\":\"cacao-2.0\",\"name\":\"T\",\"workflow_start\":\"s0\",\"workflow\":{";

pub(super) const TEXTS: &[Hostile] = &[
    any(
        "cacao chain",
        &[CACAO_HEAD, "\"s{n}\":{\"type\":\"action\",\"on_completion\":\"s{m}\"},", "\"z\":{\"type\":\"end\"}}}"],
    ),
    most(
        4900,
        "cacao chain 4900",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"action\",\"name\":\"x{n}\",\"on_completion\":\"s{m}\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(
        4900,
        "cacao cycle",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"action\",\"on_completion\":\"s{m}\",\"on_failure\":\"s{h}\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(
        4900,
        "cacao ifs",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"if-condition\",\"condition\":\"c{n}\",\"on_true\":\"s{m}\",\"on_false\":\"s{h}\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(
        1600,
        "cacao ifs nested",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"if-condition\",\"condition\":\"c\",\"on_true\":\"s{m}\",\"on_false\":\"a{n}\",\"on_completion\":\"b{n}\"},\"a{n}\":{\"type\":\"action\"},\"b{n}\":{\"type\":\"action\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(
        4900,
        "cacao whiles",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"while-condition\",\"condition\":\"c\",\"on_true\":\"s{m}\",\"on_completion\":\"s{h}\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    any(
        "cacao parallel",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"parallel\",\"next_steps\":[",
            "\"a{n}\",",
            "\"z\"]},",
            "\"a{n}\":{\"type\":\"action\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(
        300,
        "cacao parallels squared",
        &[
            CACAO_HEAD,
            "\"s{n}\":{\"type\":\"parallel\",\"next_steps\":[\"s{m}\",\"s{h}\",\"s1\",\"s2\",\"s3\",\"s4\",\"s5\",\"s6\"],\"on_completion\":\"s{m}\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    any(
        "cacao parallel same",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"parallel\",\"next_steps\":[",
            "\"z\",",
            "\"z\"]},\"z\":{\"type\":\"action\"}}}",
        ],
    ),
    any(
        "cacao switch",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"switch-condition\",\"switch\":\"x\",\"cases\":{",
            "\"c{n}\":\"a\",",
            "\"d\":\"a\"}},\"a\":{\"type\":\"action\"}}}",
        ],
    ),
    most(
        4000,
        "cacao switch many",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"switch-condition\",\"switch\":\"x\",\"cases\":{",
            "\"c{n}\":[\"a{n}\",\"a{h}\"],",
            "\"d\":\"z\"}},",
            "\"a{n}\":{\"type\":\"action\"},",
            "\"z\":{\"type\":\"action\"}}}",
        ],
    ),
    any(
        "cacao variables",
        &[
            CACAO,
            "",
            "\"playbook_variables\":{",
            "\"__v{n}__\":{\"type\":\"string\",\"value\":\"x\"},",
            "\"__w__\":{\"type\":\"string\"}},\"workflow\":{\"s0\":{\"type\":\"action\"}}}",
        ],
    ),
    any(
        "cacao variables used",
        &[
            CACAO,
            "",
            "\"playbook_variables\":{",
            "\"__v{n}__\":{\"type\":\"string\",\"value\":\"x\"},",
            "\"__w__\":{\"type\":\"string\"}},\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "__v{n}__:value ",
            "\"}}}",
        ],
    ),
    any(
        "cacao long variable used",
        &[
            CACAO,
            "",
            "\"playbook_variables\":{\"__v__\":{\"type\":\"string\",\"value\":\"",
            "xxxxxxxx",
            "\"}},\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "__v__:value ",
            "\"}}}",
        ],
    ),
    any(
        "cacao base64",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"commands\":[{\"type\":\"bash\",\"command_b64\":\"",
            "bHMK",
            "\"}]}}}",
        ],
    ),
    any(
        "cacao base64s",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"commands\":[",
            "{\"type\":\"bash\",\"command_b64\":\"bHMK\"},",
            "{\"type\":\"bash\",\"command\":\"ls\"}]}}}",
        ],
    ),
    any(
        "cacao command",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"commands\":[{\"type\":\"bash\",\"command\":\"",
            "ls password=",
            "\"}]}}}",
        ],
    ),
    any(
        "cacao secrets",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password: a ", "\"}}}"],
    ),
    any(
        "cacao bearer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "Authorization: Bearer ", "\"}}}"],
    ),
    any(
        "cacao pem",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "-----BEGIN PRIVATE KEY-----",
            "\"}}}",
        ],
    ),
    any("cacao token", &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "Aa0", "\"}}}"]),
    any(
        "cacao url secrets",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "http://a:b@", "\"}}}"],
    ),
    any(
        "cacao secrets: a header that refers",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "authorization: $x ", "\"}}}"],
    ),
    any(
        "cacao secrets: a cookie that refers",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "cookie: $ ", "\"}}}"],
    ),
    any(
        "cacao secrets: a key that is none",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "-----BEGIN A ", "\"}}}"],
    ),
    any(
        "cacao secrets: a key without an end",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "-----BEGIN PRIVATE KEY-----\\n$ ",
            "\"}}}",
        ],
    ),
    any(
        "cacao secrets: logins",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "-u a ", "\"}}}"],
    ),
    any(
        "cacao secrets: logins that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "--user a:$b ", "\"}}}"],
    ),
    any(
        "cacao secrets: short tokens",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "ghp_ ", "\"}}}"],
    ),
    any(
        "cacao secrets: a long token",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "ghp_aaaaaaaaaaaaaaaaaaaa",
            "\"}}}",
        ],
    ),
    any(
        "cacao secrets: tokens in dots",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "eyJ.a ", "\"}}}"],
    ),
    any(
        "cacao secrets: bearers",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "bearer a ", "\"}}}"],
    ),
    any(
        "cacao secrets: basics that refer",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "basic $aaaaaaaaaaaaaaaaaaaaaaaa ",
            "\"}}}",
        ],
    ),
    any(
        "cacao secrets: logins in an address",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "://a:b", "\"}}}"],
    ),
    any(
        "cacao secrets: names in an address",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "://a@", "\"}}}"],
    ),
    any(
        "cacao secrets: open quotes",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password='$ ", "\"}}}"],
    ),
    any(
        "cacao secrets: open brackets",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password: [(", "\"}}}"],
    ),
    any(
        "cacao secrets: a header with braces",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "x-api-key: {", "\"}}}"],
    ),
    any(
        "cacao secrets: names alone",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password password", "\"}}}"],
    ),
    any(
        "cacao secrets: options that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "--password $x ", "\"}}}"],
    ),
    any(
        "cacao secrets: a header with a variable",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "set-cookie: __", "\"}}}"],
    ),
    any(
        "cacao secrets: addresses that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "https://a:$b@c ", "\"}}}"],
    ),
    any(
        "cacao secrets: prefixes with slashes",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "glpat-/", " x\"}}}"],
    ),
    any(
        "cacao secrets: logins without a blank",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "-u=a/", " x\"}}}"],
    ),
    any(
        "cacao secrets: logins without a blank that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "-u=a:$/", " x\"}}}"],
    ),
    any(
        "cacao secrets: sentences without a blank",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password:a/", " x\"}}}"],
    ),
    any(
        "cacao secrets: names without a blank that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password=$/", " x\"}}}"],
    ),
    any(
        "cacao secrets: schemes alone",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "token=Bearer ", " x\"}}}"],
    ),
    any(
        "cacao secrets: quotes that refer",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "password=\\\"$", " x\"}}}"],
    ),
    any(
        "cacao secrets: addresses with names",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"", "https://a@", " x\"}}}"],
    ),
    any(
        "cacao secrets: keys one after another",
        &[
            CACAO,
            "",
            "\"workflow\":{\"s0\":{\"type\":\"action\",\"description\":\"",
            "-----BEGIN PRIVATE KEY-----END",
            " x\"}}}",
        ],
    ),
    any("cacao name", &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"name\":\"", "x ", "\"}}}"]),
    any(
        "cacao agents",
        &[
            CACAO,
            "",
            "\"agent_definitions\":{",
            "\"a{n}\":{\"type\":\"individual\",\"name\":\"x\"},",
            "\"b\":{}},\"workflow\":{\"s0\":{\"type\":\"action\",\"agent\":\"a1\"}}}",
        ],
    ),
    any(
        "cacao targets",
        &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",\"targets\":[", "\"a{n}\",", "\"b\"]}}}"],
    ),
    any(
        "cacao agent used",
        &[
            CACAO,
            "",
            "\"agent_definitions\":{\"a\":{\"type\":\"individual\",\"name\":\"",
            "xxxxxxxxxxxxxxxx",
            "\"}},\"workflow\":{\"s0\":{\"type\":\"action\",\"targets\":[",
            "\"a\",",
            "\"a\"]}}}",
        ],
    ),
    most(
        4900,
        "cacao agent in all steps",
        &[
            CACAO,
            "",
            "\"agent_definitions\":{\"a\":{\"type\":\"individual\",\"name\":\"n\",\"description\":\"",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "\"}},\"workflow\":{",
            "\"s{n}\":{\"type\":\"action\",\"on_completion\":\"s{m}\",\"agent\":\"a\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    any(
        "cacao references",
        &[
            CACAO,
            "",
            "\"external_references\":[",
            "{\"name\":\"x\",\"url\":\"http://a\"},",
            "{\"name\":\"x\"}],\"workflow\":{\"s0\":{\"type\":\"action\"}}}",
        ],
    ),
    any("cacao unknown", &[CACAO, "", "\"workflow\":{\"s0\":{\"type\":\"action\",", "\"k{n}\":{},", "\"x\":1}}}"]),
    any("cacao same step", &[CACAO_HEAD, "\"s0\":{\"type\":\"action\"},", "\"z\":{\"type\":\"end\"}}}"]),
    any("cacao deep", &[CACAO, "", "\"x\":", "[", "1", "]", ",\"workflow\":{\"s0\":{\"type\":\"action\"}}}"]),
    any(
        "cacao exceptions",
        &[
            CACAO,
            "",
            "\"workflow_exception\":\"z\",\"workflow\":{",
            "\"s{n}\":{\"type\":\"action\",\"on_success\":\"s{m}\",\"on_failure\":\"z\"},",
            "\"z\":{\"type\":\"end\"}}}",
        ],
    ),
    most(4900, "cacao ends", &[CACAO_HEAD, "\"s{n}\":{\"type\":\"end\"},", "\"z\":{\"type\":\"action\"}}}"]),
    most(
        2400,
        "cacao starts chain",
        &[CACAO_HEAD, "\"s{n}\":{\"type\":\"start\",\"on_completion\":\"s{m}\"},", "\"z\":{\"type\":\"action\"}}}"],
    ),
];
