//! Evidence goes in whole or not at all, and comes out as it went in or not at all.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axum_test::http::StatusCode;
use axum_test::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum_test::multipart::{MultipartForm, Part};
use domain::canonical::hex;
use serde_json::{Value, json};
use server::{Config, Damage, Finding, check_bundle};
use sha2::{Digest, Sha256};

use crate::harness::{Execution, NO_SUCH_ID, TestApp, created, file, keys, problem, problem_at, text, visible};

/// Largest file that the servers of these tests take.
const LIMIT: usize = 1 << 20;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

async fn attach(execution: &Execution, form: MultipartForm) -> Value {
    created(&execution.post_evidence("collect").multipart(form).await)
}

fn address(execution: &Execution, evidence: &Value) -> String {
    format!("/api/executions/{}/evidence/{}", execution.id, text(&evidence["id"]))
}

async fn finding(app: &TestApp) -> Option<Finding> {
    let mut verifications = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    verifications.remove(0).result.err()
}

#[tokio::test]
async fn a_file_is_attached_listed_recorded_and_given_back() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let form = file("screen.png", PNG).add_text("description", " What Ana saw ").add_text("actor", "Ana");
    let evidence = attach(&execution, form).await;
    let names = ["description", "file_name", "id", "mime_type", "sha256", "size", "uploaded_at", "uploaded_by"];
    assert_eq!(keys(&evidence), names.into());
    let sha256 = hex(&Sha256::digest(PNG));
    for (member, value) in [
        ("file_name", json!("screen.png")),
        ("mime_type", json!("image/png")),
        ("size", json!(PNG.len())),
        ("sha256", json!(sha256)),
        ("description", json!("What Ana saw")),
        ("uploaded_by", json!("Ana")),
    ] {
        assert_eq!(evidence[member], value, "{member}");
    }
    assert_eq!(execution.step("collect").await["evidence"], json!([evidence]));
    assert_eq!(app.api.read(&execution.evidence_address("collect")).await, json!([evidence]));
    let event = execution.timeline("?event_type=evidence_attached").await.remove(0);
    assert_eq!((&event["node_id"], &event["actor"]), (&json!("collect"), &json!("Ana")));
    assert_eq!((&event["data"]["sha256"], &event["timestamp"]), (&json!(sha256), &evidence["uploaded_at"]));
    let stored = app.stored_files();
    assert_eq!(stored, [format!("{}/{}", execution.id, text(&evidence["id"]))]);

    let download = app.api.get(&address(&execution, &evidence)).add_header(ACCEPT_ENCODING, "gzip, br").await;
    assert_eq!((download.status_code(), download.as_bytes().as_ref()), (StatusCode::OK, PNG));
    for (header, value) in [
        (CONTENT_TYPE, "image/png"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_DISPOSITION, "attachment; filename=\"screen.png\"; filename*=UTF-8''screen.png"),
        (ACCEPT_RANGES, "bytes"),
        (ETAG, &format!("\"{sha256}\"")),
        (CONTENT_LENGTH, &PNG.len().to_string()),
    ] {
        assert_eq!(download.header(&header), value, "{header}");
    }
    assert_eq!(finding(&app).await, None);
}

#[tokio::test]
async fn any_name_is_kept_as_it_came_and_is_never_a_path() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let long = format!("{}.log", "n".repeat(296));
    let names = ["../../x", "/etc/passwd", "C:\\evil.exe", "תמונה.png", "ملف.txt", "🔥.bin", "twice", "twice", &long];
    for name in names {
        assert_eq!(attach(&execution, file(name, name.as_bytes())).await["file_name"], name);
    }
    let unnamed = attach(&execution, file("", b"x")).await;
    assert_eq!(unnamed["file_name"], "unnamed");
    let evidence = app.api.list(&execution.evidence_address("collect")).await;
    assert_eq!(app.stored_files().len(), names.len() + 1, "two of one name are two");
    for evidence in &evidence[..names.len()] {
        let download = app.api.get(&address(&execution, evidence)).await;
        assert_eq!(download.text(), text(&evidence["file_name"]), "the content was the name");
    }
    let form = file(&"n".repeat(1_001), b"x");
    problem_at(&execution.post_evidence("collect").multipart(form).await, 422, "file");
    assert_eq!(app.stored_files().len(), names.len() + 1);
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let evidence = attach(&execution, file("nothing.txt", b"")).await;
    assert_eq!((&evidence["size"], &evidence["mime_type"]), (&json!(0), &json!("application/octet-stream")));
    assert_eq!(app.api.get(&address(&execution, &evidence)).await.as_bytes().len(), 0);
    assert_eq!(finding(&app).await, None);
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_nothing_of_it_stays() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let most = attach(&execution, file("most", &vec![7; LIMIT])).await;
    assert_eq!(most["size"], LIMIT);
    for length in [LIMIT + 1, 3 * LIMIT] {
        let form = file("more", &vec![7; length]);
        let refusal = problem_at(&execution.post_evidence("collect").multipart(form).await, 413, "file");
        assert!(refusal.detail.contains("1 MB"), "{refusal}");
    }
    assert_eq!(app.stored_files().len(), 1);
    assert_eq!(execution.read().await["last_seq"], 2);
}

/// The beginning of an upload, and a connection that waits for more.
async fn begin_upload(app: &TestApp, execution: &Execution, announced: usize) -> TcpStream {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {announced}\r\nContent-Type: multipart/form-data; \
         boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nsome bytes",
        execution.evidence_address("collect")
    );
    let mut connection = TcpStream::connect(app.api.socket_address()).expect("the server listens");
    connection.write_all(head.as_bytes()).expect("the server reads");
    for _ in 0..200 {
        if !app.stored_files().is_empty() {
            return connection;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the upload has not begun");
}

#[tokio::test]
async fn what_is_too_large_is_refused_while_it_is_still_coming() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut connection = begin_upload(&app, &execution, 2 * LIMIT).await;
    connection.write_all(&vec![7; LIMIT + 1]).expect("the server reads");
    connection.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = [0; 12];
        connection.read_exact(&mut answer).map(|()| String::from_utf8_lossy(&answer).into_owned())
    });
    assert_eq!(answer.await.expect("no panic").expect("an answer"), "HTTP/1.1 413");
    assert_eq!(app.stored_files(), [""; 0]);
}

#[tokio::test]
async fn an_upload_that_is_broken_off_leaves_nothing() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let connection = begin_upload(&app, &execution, LIMIT).await;
    assert!(app.stored_files()[0].ends_with(".part"));
    drop(connection);
    for _ in 0..200 {
        if app.stored_files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.stored_files(), [""; 0]);
    assert_eq!(execution.read().await["last_seq"], 1);
}

#[tokio::test]
async fn what_a_crash_left_is_swept_at_start_and_nothing_else() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let evidence = attach(&execution, file("kept", b"kept")).await;
    let vault = app.data_folder().join("evidence");
    let own = vault.join(&execution.id);
    let other = vault.join(NO_SUCH_ID);
    fs::create_dir_all(&other).expect("a folder");
    let leave = |path: &std::path::Path| fs::write(path, "left").expect("a file");
    leave(&own.join(format!("{NO_SUCH_ID}.part")));
    leave(&own.join(NO_SUCH_ID));
    leave(&other.join(NO_SUCH_ID));
    leave(&own.join("read me.txt"));
    let uploading = own.join("01900000-0000-7000-8000-000000000001.part");
    leave(&uploading);
    let held = fs::File::open(&uploading).expect("it is there");
    held.lock().expect("nobody else has it");
    let app = app.reopen().await;
    let kept = [
        format!("{NO_SUCH_ID}/{NO_SUCH_ID}"),
        format!("{}/01900000-0000-7000-8000-000000000001.part", execution.id),
        format!("{}/{}", execution.id, text(&evidence["id"])),
        format!("{}/read me.txt", execution.id),
    ];
    let mut found = app.stored_files();
    found.sort();
    let mut kept = kept.to_vec();
    kept.sort();
    assert_eq!(found, kept, "files of another database, of another program and of a running upload stay");
}

#[tokio::test]
async fn a_part_can_be_asked_for() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let evidence = attach(&execution, file("digits", b"0123456789")).await;
    let tag = format!("\"{}\"", text(&evidence["sha256"]));
    let ask = |range: &'static str| app.api.get(&address(&execution, &evidence)).add_header(RANGE, range);
    for (range, part, bytes) in
        [("bytes=2-4", "bytes 2-4/10", "234"), ("bytes=7-", "bytes 7-9/10", "789"), ("bytes=-2", "bytes 8-9/10", "89")]
    {
        let answer = ask(range).await;
        assert_eq!(answer.status_code(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(
            (answer.header(CONTENT_RANGE), answer.text().as_str()),
            (part.try_into().expect("ASCII"), bytes),
            "{range}"
        );
        assert_eq!(answer.header(CONTENT_LENGTH), bytes.len().to_string().as_str());
    }
    for range in ["bytes=0-1,4-5", "lines=1-2", "nonsense"] {
        let answer = ask(range).await;
        assert_eq!((answer.status_code(), answer.text().as_str()), (StatusCode::OK, "0123456789"), "{range}");
    }
    problem(&ask("bytes=10-").await, 416);
    let resumed = ask("bytes=2-4").add_header(IF_RANGE, &*tag).await;
    assert_eq!(resumed.status_code(), StatusCode::PARTIAL_CONTENT);
    let resumed = ask("bytes=2-4").add_header(IF_RANGE, "\"other\"").await;
    assert_eq!(resumed.status_code(), StatusCode::OK);
    let known = app.api.get(&address(&execution, &evidence)).add_header(IF_NONE_MATCH, &*tag).await;
    assert_eq!((known.status_code(), known.as_bytes().len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn a_part_of_a_file_that_was_touched_is_compared_again() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let evidence = attach(&execution, file("digits", b"0123456789")).await;
    let ask = || app.api.get(&address(&execution, &evidence)).add_header(RANGE, "bytes=0-0");
    for _ in 0..2 {
        assert_eq!(ask().await.status_code(), StatusCode::PARTIAL_CONTENT);
    }
    let stored = app.data_folder().join("evidence").join(&app.stored_files()[0]);
    std::fs::write(&stored, b"0123456780").expect("it is written");
    assert_eq!(problem(&ask().await, 500).title, "Damaged evidence");
    std::fs::write(&stored, b"0123456789").expect("it is written");
    assert_eq!(ask().await.status_code(), StatusCode::PARTIAL_CONTENT);
}

#[tokio::test]
async fn all_files_together_stay_within_the_quota() {
    let app = TestApp::open_with(Config { evidence_quota_mb: Some(1), ..Config::default() }).await;
    let execution = app.api.new_execution().await;
    attach(&execution, file("first", &vec![7; LIMIT / 2])).await;
    let refused = execution.post_evidence("collect").multipart(file("second", &vec![7; LIMIT / 2 + 1])).await;
    let refused = problem(&refused, 507);
    assert!(refused.detail.contains("--evidence-quota-mb"), "{}", refused.detail);
    attach(&execution, file("third", &vec![7; LIMIT / 2])).await;
    assert_eq!(app.stored_files().len(), 2);
}

#[tokio::test]
async fn an_upload_whose_body_breaks_off_is_the_clients_fault() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let connection = begin_upload(&app, &execution, LIMIT).await;
    connection.shutdown(std::net::Shutdown::Write).expect("half of it is closed");
    connection.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let answer = tokio::task::spawn_blocking(move || {
        let mut connection = connection;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).map(|_| String::from_utf8_lossy(&answer).into_owned())
    });
    let answer = answer.await.expect("no panic").expect("an answer");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    let counted = app.api.get("/metrics").await.text();
    assert!(!counted.contains("status=\"5xx\""), "{counted}");
}

#[tokio::test]
async fn a_damaged_file_is_not_given_out_and_verify_names_it() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let evidence = attach(&execution, file("proof.bin", b"0123456789")).await;
    let path = app.data_folder().join("evidence").join(&app.stored_files()[0]);
    let damage_of = async |app: &TestApp| match finding(app).await {
        Some(Finding::Evidence { id, file_name, damage }) => {
            assert_eq!((json!(id.to_string()), file_name.as_str()), (evidence["id"].clone(), "proof.bin"));
            damage
        }
        other => panic!("{other:?}"),
    };
    fs::write(&path, b"0123456788").expect("the file is there");
    let refusal = problem(&app.api.get(&address(&execution, &evidence)).await, 500);
    assert!(refusal.detail.contains("not what was uploaded"), "{refusal}");
    problem(&app.api.get(&address(&execution, &evidence)).add_header(RANGE, "bytes=0-1").await, 500);
    assert_eq!(damage_of(&app).await, Damage::Altered(hex(&Sha256::digest(b"0123456788"))));
    fs::write(&path, b"012345678").expect("the file is there");
    problem(&app.api.get(&address(&execution, &evidence)).await, 500);
    assert_eq!(damage_of(&app).await, Damage::Length { expected: 10, found: 9 });
    fs::remove_file(&path).expect("the file is there");
    problem(&app.api.get(&address(&execution, &evidence)).await, 500);
    assert_eq!(damage_of(&app).await, Damage::Missing);
    fs::write(&path, b"0123456789").expect("the folder is there");
    assert_eq!(finding(&app).await, None);
}

#[tokio::test]
async fn the_same_command_attaches_once_and_is_answered_the_same() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let form = || file("once", b"once").add_text("actor", "Bo");
    let command = "0192a000-0000-7000-8000-000000000001";
    let first = attach(&execution, form().add_text("command_id", command)).await;
    execution.change(&json!({ "status": "completed" })).await;
    let again = MultipartForm::new().add_text("command_id", command).add_text("actor", "Bo");
    let again = again.add_part("file", Part::bytes(&b"once"[..]).file_name("once"));
    assert_eq!(attach(&execution, again).await, first, "also when the execution has ended since");
    assert_eq!(app.stored_files().len(), 1);
    assert_eq!(execution.step("collect").await["evidence"], json!([first]));

    let execution = app.api.new_execution().await;
    execution.change_step("collect", &json!({ "notes": "x", "command_id": command })).await;
    let other = execution.post_evidence("collect").multipart(form().add_text("command_id", command)).await;
    problem_at(&other, 422, "command_id");
    assert_eq!(app.stored_files().len(), 1);
}

#[tokio::test]
async fn a_late_entry_says_when_it_happened() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let before = "2020-01-01T00:00:00Z";
    let form = || file("old.log", b"x").add_text("occurred_at", before);
    problem_at(&execution.post_evidence("collect").multipart(form()).await, 422, "occurred_at");
    attach(&execution, form().add_text("before_start", "true")).await;
    let event = execution.timeline("?event_type=evidence_attached").await.remove(0);
    assert_eq!(event["occurred_at"], "2020-01-01T00:00:00.000000Z");
    assert_ne!(event["timestamp"], event["occurred_at"]);
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused_in_words_and_leaves_nothing() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let post = |form: MultipartForm| execution.post_evidence("collect").multipart(form);
    problem_at(&execution.post_evidence("nowhere").multipart(file("x", b"x")).await, 404, "node_id");
    let elsewhere = app.api.execution(NO_SUCH_ID).post_evidence("collect").multipart(file("x", b"x")).await;
    problem(&elsewhere, 404);
    problem_at(&post(MultipartForm::new().add_text("description", "no file")).await, 422, "file");
    problem_at(&post(file("x", b"x").add_text("colour", "blue")).await, 422, "colour");
    problem_at(&post(file("x", b"x").add_part("file", Part::bytes(&b"y"[..]).file_name("y"))).await, 422, "file");
    problem_at(&post(file("x", b"x").add_text("description", "d".repeat(20_001))).await, 422, "description");
    for (field, value) in [
        ("actor", "  "),
        ("command_id", "seven"),
        ("base_seq", "-1"),
        ("occurred_at", "yesterday"),
        ("before_start", "perhaps"),
        ("occurred_at", "2999-01-01T00:00:00Z"),
    ] {
        problem_at(&post(file("x", b"x").add_text(field, value)).await, 422, field);
    }
    problem(&execution.post_evidence("collect").json(&json!({ "file": "x" })).await, 415);
    problem(&app.api.get(&format!("/api/executions/{}/evidence/{NO_SUCH_ID}", execution.id)).await, 404);
    problem(&app.api.get(&execution.evidence_address("nowhere")).await, 404);
    execution.change(&json!({ "status": "completed" })).await;
    problem(&post(file("x", b"x")).await, 409);
    assert_eq!(app.stored_files(), [""; 0]);
    assert_eq!(execution.read().await["last_seq"], 2);
}

#[tokio::test]
async fn evidence_is_welcome_while_paused() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change(&json!({ "status": "paused" })).await;
    attach(&execution, file("x", b"x")).await;
}

/// The names of files that people had trouble with elsewhere.
const ODD_NAMES: [&str; 16] = [
    "复答 test.pdf",
    "Проверка.txt",
    "Re: Re: invoice.eml",
    "ᴘᴀʏᴍᴇɴᴛ.zip",
    "a\"b'c;d.txt",
    "100% & #1 + 2?.log",
    "photo\u{202e}gpj.exe",
    "Payment advice.pdf                                                            .js",
    "C:\\Users\\eva\\x.lnk",
    "ends in a backslash\\",
    "../../etc/passwd",
    "\u{e9} (NFD e\u{301}).txt",
    "🦠.bin",
    "CON",
    "name\twith\ttabs.txt",
    "say \"hi\".txt",
];

/// A form with a file as a browser sends it (WHATWG HTML, multipart/form-data).
fn as_a_browser_sends(name: &str, bytes: &[u8]) -> Vec<u8> {
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

/// The name in the extended parameter of a `Content-Disposition` (RFC 8187).
fn name_given_out(disposition: &str) -> String {
    let (_, encoded) = disposition.split_once("filename*=UTF-8''").expect("the extended parameter");
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{encoded}");
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        let digits = if byte == b'%' { rest.by_ref().take(2).collect::<Vec<_>>() } else { Vec::new() };
        let digits = String::from_utf8(digits).expect("ASCII");
        bytes.push(if digits.is_empty() { byte } else { u8::from_str_radix(&digits, 16).expect("two digits") });
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test]
async fn a_file_of_any_name_comes_in_and_goes_out_whole_under_its_name() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for name in ODD_NAMES.into_iter().chain(["two\r\nlines.txt"]) {
        let content = format!("the content of {name}");
        let post = execution.post_evidence("collect").bytes(as_a_browser_sends(name, content.as_bytes()).into());
        let evidence = created(&post.content_type("multipart/form-data; boundary=b").await);
        assert_eq!(evidence["file_name"], name);
        assert_eq!(evidence["sha256"], hex(&Sha256::digest(&content)));
        let listed = app.api.list(&execution.evidence_address("collect")).await;
        assert_eq!(listed.last(), Some(&evidence), "{name}");
        let download = app.api.get(&address(&execution, &evidence)).await;
        assert_eq!(download.as_bytes().as_ref(), content.as_bytes(), "{name}");
        let disposition = download.header(CONTENT_DISPOSITION);
        let disposition = disposition.to_str().expect("visible ASCII");
        let replaced = |c: char| if c.is_control() || "/\\".contains(c) { '_' } else { c };
        assert_eq!(name_given_out(disposition), name.chars().map(replaced).collect::<String>());
    }
    assert_eq!(finding(&app).await, None);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("bundle");
    let id = execution.id.parse().expect("an id");
    app.instance.export(id, &bundle, &|_, _| {}).await.expect("a new folder");
    check_bundle(&bundle).expect("whole");
    assert_eq!(fs::read_dir(bundle.join("evidence")).expect("a folder").count(), ODD_NAMES.len() + 1);
    let mut unreadable = as_a_browser_sends("?", b"x");
    unreadable.iter_mut().filter(|byte| **byte == b'?').for_each(|byte| *byte = 0xff);
    let post = execution.post_evidence("collect").bytes(unreadable.into());
    problem_at(&post.content_type("multipart/form-data; boundary=b").await, 422, "file");
}

#[tokio::test]
async fn a_file_name_is_shown_so_that_one_sees_the_real_one() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let shown = [
        ("photo\u{202e}gpj.exe", "photo⟨U+202E⟩gpj.exe"),
        (ODD_NAMES[7], "Payment advice.pdf⟨U+0020 × 60⟩.js"),
        ("name\twith\ttabs.txt", "name⟨U+0009⟩with⟨U+0009⟩tabs.txt"),
        ("say 'hi'.txt", "say 'hi'.txt"),
    ];
    for (name, _) in shown {
        let post = execution.post_evidence("collect").bytes(as_a_browser_sends(name, b"x").into());
        created(&post.content_type("multipart/form-data; boundary=b").await);
    }
    let report = format!("/executions/{}/report", execution.id);
    let addresses = [
        format!("/execute/{}?timeline=open", execution.id),
        report,
        format!("/api/executions/{}/report.md", execution.id),
    ];
    for address in addresses {
        let text = app.api.get(&address).await.text();
        let text = visible(&text).replace("&#39;", "'").replace("&#x27;", "'");
        for (_, shown) in shown {
            assert!(text.contains(shown), "{shown} in {address}");
        }
        assert!(!text.contains('\u{202e}'), "{address}");
    }
}
