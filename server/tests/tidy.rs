//! Rules about the sources themselves: which crate and module may know which (ARCHITECTURE, “Layout”), and what no
//! source may hold.
//!
//! The sources are read as text. What is looked for is put together from parts, so that this file does not find itself.

#![expect(clippy::expect_used, reason = "a test that cannot read the sources says so and fails")]

use std::fs;
use std::path::{Path, PathBuf};

use domain::drawing::palette;
use domain::event::StepStatus;
use domain::presence::PALETTE;

/// Folders and files that hold sources.
const SOURCES: [&str; 11] = [
    "app",
    "server",
    "frontend",
    "migrations",
    "style",
    "end2end",
    ".ci",
    "Cargo.toml",
    "Makefile",
    "README.md",
    "ARCHITECTURE.md",
];

/// Folders that are made, not written.
const MADE: [&str; 6] = ["target", "node_modules", "test-results", "playwright-report", "data", "snapshots"];

/// Files that are read as source. Playbooks are not: they may well name a path of a machine.
const READ_AS_SOURCE: [&str; 13] =
    ["rs", "toml", "css", "scss", "js", "mjs", "ts", "json", "html", "svg", "yml", "yaml", "sh"];

/// The features of the web application, each a folder.
const FEATURES: [&str; 5] = ["execution", "executions", "playbooks", "report", "dashboard"];

/// A source and where it lies, from the root of the repository.
struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository").to_owned()
}

/// Every source under a folder or file of the repository; none when it is not there.
fn sources(under: &str) -> Vec<Source> {
    let root = root();
    let mut open = vec![root.join(under)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !MADE.contains(&name) {
                let entries = fs::read_dir(&path).expect("a folder can be read");
                open.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
            }
        } else if path.is_file() && is_source(&path, name) {
            let relative = path.strip_prefix(&root).expect("it lies under the root").to_string_lossy().into_owned();
            found.push(Source { path: relative, text: fs::read_to_string(&path).expect("a source is UTF-8") });
        }
    }
    found
}

fn is_source(path: &Path, name: &str) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["Makefile", "README.md", "ARCHITECTURE.md"].contains(&name) || READ_AS_SOURCE.contains(&extension)
}

/// The Rust sources under a folder, of which there must be some.
fn rust(under: &str) -> Vec<Source> {
    let mut sources = sources(under);
    sources.retain(|source| source.path.ends_with(".rs"));
    assert!(!sources.is_empty(), "{under} holds no Rust: was it moved?");
    sources
}

/// Whether a name occurs in a text by itself, not as a part of a longer one.
fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Fails with every source that mentions one of the names.
fn none_mentions(sources: &[Source], names: &[&str]) {
    let found: Vec<String> = sources
        .iter()
        .flat_map(|source| names.iter().filter(|name| mentions(&source.text, name)).map(move |name| (source, name)))
        .map(|(source, name)| format!("{} mentions {name}", source.path))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The modules of its own crate that a source names: `crate::a::…` and `crate::{a::…, b}`.
fn modules_named(text: &str) -> Vec<String> {
    let prefix = "crate::";
    let code: String = text.split_whitespace().collect();
    let mut named = Vec::new();
    for (start, _) in code.match_indices(prefix) {
        let rest = &code[start + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => named.extend(first_level(group)),
            None => named.push(identifier(rest)),
        }
    }
    named.retain(|name| !name.is_empty());
    named
}

/// What a group of imports begins each of its items with; the text begins after the opening brace.
fn first_level(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut items = vec![identifier(group)];
    for (position, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(identifier(&group[position + 1..])),
            _ => {}
        }
    }
    items
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Fails with every source that names one of these modules of its own crate.
fn none_names_modules(sources: &[Source], modules: &[&str]) {
    for source in sources {
        let named = modules_named(&source.text);
        let forbidden: Vec<&String> = named.iter().filter(|module| modules.contains(&module.as_str())).collect();
        assert!(forbidden.is_empty(), "{} names crate::{}", source.path, forbidden[0]);
    }
}

/// What a crate depends on, in any way, or only as others who use it do.
fn dependencies(crate_folder: &str, also_for_tests: bool) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(crate_folder).join("Cargo.toml")).expect("a manifest");
    let mut dependencies = Vec::new();
    let mut listed = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            listed = section.ends_with("dependencies") && (also_for_tests || !section.contains("dev-"));
            // `[dependencies.name]`
            let named = section.split_once("dependencies.").map(|(_, name)| name.to_owned());
            dependencies.extend(named);
        } else if listed && !line.starts_with('#') {
            let name: String = line.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
            // The lines within a list of features begin with a quote or a bracket.
            dependencies.extend((!name.is_empty()).then_some(name));
        }
    }
    assert!(!dependencies.is_empty(), "{crate_folder} depends on nothing: is its manifest read well?");
    dependencies
}

/// Fails when a crate depends on one of these, or on a part of one (`leptos` and `leptos_meta`).
fn depends_on_none_of(crate_folder: &str, forbidden: &[&str]) {
    for dependency in dependencies(crate_folder, true) {
        let family = dependency.replace('_', "-");
        let hit = forbidden.iter().find(|name| family == **name || family.starts_with(&format!("{name}-")));
        assert_eq!(hit, None, "{crate_folder} depends on {dependency}");
    }
}

#[test]
fn the_domain_is_pure() {
    depends_on_none_of("app/domain", &["leptos", "axum", "sea-orm", "tokio", "rand"]);
    let outside =
        ["std::time::SystemTime", "SystemTime::now", "Instant::now", "Utc::now", "Local::now", "rand::random"];
    let outside: Vec<&str> = outside.into_iter().chain(["rand::Rng", "std::fs", "std::net", "std::env"]).collect();
    none_mentions(&rust("app/domain/src"), &outside);
    none_mentions(&rust("app/domain/src"), &["now_v7", "new_v4", "thread_rng"]);
}

#[test]
fn crates_depend_in_one_direction() {
    depends_on_none_of("app/domain", &["app", "server", "migrations", "frontend"]);
    depends_on_none_of("app", &["server", "migrations", "frontend", "sea-orm"]);
    depends_on_none_of("migrations", &["server", "app", "domain", "frontend"]);
    depends_on_none_of("server", &["frontend"]);
    let mut frontend = dependencies("frontend", false);
    frontend.retain(|name| !["app", "leptos", "wasm-bindgen"].contains(&name.as_str()));
    assert!(frontend.is_empty(), "frontend depends on {frontend:?}");
}

/// Schemas are for those who publish them; in the browser they would only weigh.
#[test]
fn only_the_server_publishes_schemas() {
    for crate_folder in ["app", "frontend", "migrations"] {
        let manifest = fs::read_to_string(root().join(crate_folder).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains("openapi"), "{crate_folder} turns on the schemas of the domain");
        depends_on_none_of(crate_folder, &["utoipa"]);
    }
}

#[test]
fn only_the_store_knows_the_database() {
    let sources = ["server/src", "app/src", "app/domain/src", "frontend/src"].into_iter().flat_map(rust);
    let outside: Vec<Source> = sources.filter(|source| !source.path.starts_with("server/src/store/")).collect();
    none_mentions(&outside, &["sea_orm"]);
}

#[test]
fn the_server_is_layered() {
    none_names_modules(&rust("server/src/http"), &["store", "archive"]);
    none_names_modules(&rust("server/src/service"), &["http", "archive"]);
    none_mentions(&rust("server/src/service"), &["axum"]);
    none_names_modules(&rust("server/src/store"), &["service", "http", "archive"]);
    none_names_modules(&rust("server/src/archive"), &["http", "hub"]);
    none_names_modules(&rust("server/src/hub"), &["store", "service", "http", "archive"]);
    none_names_modules(&rust("server/src/report"), &["store", "service", "http", "hub", "archive"]);
}

#[test]
fn only_the_printed_report_knows_typst() {
    let sources = ["server/src", "app/src", "app/domain/src", "frontend/src"].into_iter().flat_map(rust);
    let outside: Vec<Source> = sources.filter(|source| !source.path.starts_with("server/src/report/")).collect();
    none_mentions(&outside, &["typst", "typst_pdf", "typst_layout"]);
}

#[test]
fn only_the_kernel_subtracts_times() {
    let sources = ["app/domain/src", "app/src", "server/src"].into_iter().flat_map(rust);
    let kernel = ["app/domain/src/spans.rs", "app/domain/src/time.rs"];
    let outside: Vec<Source> = sources.filter(|source| !kernel.contains(&source.path.as_str())).collect();
    none_mentions(&outside, &["micros_since"]);
}

#[test]
fn features_of_the_application_do_not_know_each_other() {
    for feature in FEATURES {
        let others: Vec<&str> = FEATURES.into_iter().filter(|other| *other != feature).collect();
        let mut sources = sources(&format!("app/src/{feature}"));
        sources.extend(self::sources(&format!("app/src/{feature}.rs")));
        none_names_modules(&sources, &others);
    }
}

#[test]
fn drawings_have_the_colours_of_the_light_theme() {
    let tokens = sources("style/tokens.css").remove(0).text;
    let has = |name: &str, color: &str| {
        assert!(tokens.contains(&format!("--{name}: light-dark({color}, ")), "--{name} is not {color} in tokens.css");
    };
    for status in StepStatus::ALL {
        let (ink, soft) = palette::of(status);
        let name = status.as_str().replace('_', "-");
        has(&name, ink);
        has(&format!("{name}-soft"), soft);
    }
    for (name, color) in [
        ("ink", palette::INK),
        ("ink-2", palette::INK_2),
        ("line", palette::LINE),
        ("line-strong", palette::LINE_STRONG),
        ("surface", palette::SURFACE),
        ("surface-2", palette::SURFACE_2),
    ] {
        has(name, color);
    }
}

#[test]
fn the_style_sheet_has_every_colour_of_a_person() {
    let tokens = fs::read_to_string(root().join("style/tokens.css")).expect("the tokens can be read");
    for (place, color) in PALETTE.iter().enumerate() {
        let rule = format!("[data-hue=\"{place}\"] {{ --hue: {color}; }}");
        assert!(tokens.contains(&rule), "style/tokens.css lacks {rule}");
    }
}

#[test]
fn no_source_is_left_unfinished_or_bound_to_one_machine() {
    let macros = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!"));
    let folders = ["root", "work"].map(|name| format!("/{name}/"));
    let found: Vec<String> = SOURCES
        .into_iter()
        .flat_map(sources)
        .flat_map(|source| {
            let in_rust = macros.iter().filter(|_| source.path.ends_with(".rs"));
            let in_all = in_rust.chain(&folders).filter(|text| source.text.contains(*text));
            in_all.map(|text| format!("{} holds {text}", source.path)).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn property_tests_of_every_crate_draw_from_the_seed_of_the_commit() {
    let settings = fs::read_to_string(root().join(".cargo/config.toml")).expect("cargo's settings can be read");
    let seed = settings.lines().find_map(|line| line.strip_prefix("PROPTEST_RNG_SEED = \"")?.strip_suffix('"'));
    assert!(seed.is_some_and(|seed| seed.parse::<u64>().is_ok()), ".cargo/config.toml fixes no seed");
    assert!(
        settings.contains("PROPTEST_DISABLE_FAILURE_PERSISTENCE"),
        "a file of one machine could change what is tried"
    );
    let own = ["rng_seed: ", "failure_persistence: "];
    for source in ["app", "server"].into_iter().flat_map(sources).filter(|source| source.path.ends_with(".rs")) {
        let is_here = source.path.ends_with("tests/tidy.rs");
        assert!(is_here || !own.iter().any(|name| source.text.contains(name)), "{} goes its own way", source.path);
    }
}

#[test]
fn modules_are_found_in_every_way_of_naming_them() {
    let text = "use crate::{\n    alpha,\n    beta::{self, gamma},\n    delta::x,\n};\nfn f() { crate::epsilon::g() }";
    assert_eq!(modules_named(text), ["alpha", "beta", "delta", "epsilon"]);
    assert!(mentions("use a::b;", "a::b") && !mentions("use a::bc;", "a::b"));
}
