//! Every migration over a database that the one before it left, with rows in it.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

use migrations::Migrator;
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

/// An empty database in memory with the first `steps` migrations.
async fn database_after(steps: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let database = Database::connect(options).await.expect("memory");
    Migrator::up(&database, Some(steps)).await.expect("the schema as it was then");
    database
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.expect("SQLite does as it is told");
}

/// One text column of every row.
async fn texts(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

#[tokio::test]
async fn commands_of_an_older_log_are_remembered_and_its_rows_stay() {
    let database = database_after(1).await;
    let insert = "INSERT INTO execution_events VALUES";
    for (seq, command, part) in [(1, "01", 0), (2, "02", 0), (3, "02", 1), (4, "03", 0)] {
        run(
            &database,
            &format!(
                "{insert} (x'aa', {seq}, 'note_added', 'n', 'Ana', '2026-11-22 02:14:0{seq}.000000+00:00', NULL, \
                 '{{}}', x'{command}', {part}, 'hash')"
            ),
        )
        .await;
    }
    run(
        &database,
        "INSERT INTO playbooks VALUES (x'bb', 'Old', 'markdown', '[]', 1, 1, 0, 1, 0, '2026-11-22 02:00:00+00:00', NULL)",
    )
    .await;
    Migrator::up(&database, None).await.expect("the newest schema");
    let answers = "SELECT hex(command_id) || ' ' || first_seq || '-' || last_seq || ' ' || decided_at \
                   FROM execution_commands ORDER BY first_seq";
    assert_eq!(
        texts(&database, answers).await,
        [
            "01 1-1 2026-11-22 02:14:01.000000+00:00",
            "02 2-3 2026-11-22 02:14:03.000000+00:00",
            "03 4-4 2026-11-22 02:14:04.000000+00:00",
        ]
    );
    assert_eq!(texts(&database, "SELECT title FROM playbooks").await, ["Old"]);
    assert_eq!(texts(&database, "SELECT actor FROM execution_events").await.len(), 4);
}

/// A row of a table, from the values that SQLite is given.
async fn insert(database: &DatabaseConnection, table: &str, values: &str) {
    run(database, &format!("INSERT INTO {table} VALUES ({values})")).await;
}

#[tokio::test]
async fn an_execution_that_is_over_is_given_its_figures_and_no_other() {
    let database = database_after(2).await;
    run(&database, "PRAGMA foreign_keys = OFF").await;
    let id = |number: u8| format!("x'{number:032x}'");
    for (number, status) in [(1, "completed"), (2, "active")] {
        let row = format!(
            "{}, x'bb', 1, 'graph', 'Old', 'Case', NULL, '{status}', '2026-11-22T02:00:00+00:00', NULL, 'Ana', NULL, '[]', \
             NULL, '{{}}', 1, 6, 'head'",
            id(number)
        );
        insert(&database, "executions", &row).await;
        for (seq, event_type, at, occurred_at) in [
            (1, "execution_started", "02:00:00.5", "NULL"),
            (2, "execution_noted", "02:00:10", "NULL"),
            (3, "execution_paused", "02:01:00.75", "NULL"),
            (4, "execution_resumed", "02:05:00", "NULL"),
            (5, "execution_completed", "02:06:00", "'2026-11-22T02:05:30.000001+00:00'"),
        ] {
            let row = format!(
                "{}, {seq}, '{event_type}', NULL, 'Ana', '2026-11-22T{at}+00:00', {occurred_at}, '{{}}', x'{seq:032x}', 0, \
                 'hash'",
                id(number)
            );
            insert(&database, "execution_events", &row).await;
        }
        for (position, step) in [
            "'completed', NULL, NULL, NULL, 61000000, NULL, 5, NULL, '[]', NULL",
            "'not_started', NULL, NULL, NULL, 0, NULL, 0, NULL, '[]', NULL",
            "'not_started', NULL, NULL, NULL, 0, NULL, 0, NULL, '[]', 'It \"is\"'",
            "'skipped', NULL, NULL, NULL, 0, NULL, 0, NULL, '[]', NULL",
        ]
        .into_iter()
        .enumerate()
        {
            // Their names are in another order than they are.
            let row = format!("{}, 'node-{}', {position}, {step}, NULL", id(number), 9 - position);
            insert(&database, "execution_steps", &row).await;
        }
    }
    Migrator::up(&database, None).await.expect("the newest schema");
    let figures = "SELECT hex(id) || ' ' || active_micros || ' ' || step_outcomes FROM executions \
                   WHERE active_micros IS NOT NULL OR step_outcomes IS NOT NULL";
    let outcomes = r#"[["completed",61000000,5,null],null,["not_started",0,0,"It \"is\""],["skipped",0,0,null]]"#;
    // 60.25 s to the pause, and 30.000001 s after it.
    assert_eq!(texts(&database, figures).await, [format!("{:032X} 90250001 {outcomes}", 1)]);
}

#[tokio::test]
async fn executions_that_are_there_were_folded_by_the_first_version() {
    let database = database_after(4).await;
    run(&database, "PRAGMA foreign_keys = OFF").await;
    let row = "x'01', x'bb', 1, 'graph', 'Old', 'Case', NULL, 'completed', '2026-11-22T02:00:00+00:00', NULL, 'Ana', NULL, \
               '[]', NULL, '{}', 1, 6, 'head', 90250001, '[]'";
    insert(&database, "executions", row).await;
    Migrator::up(&database, None).await.expect("the newest schema");
    let told = "SELECT fold_version || ' ' || active_micros FROM executions";
    assert_eq!(texts(&database, told).await, ["1 90250001"]);
}

#[tokio::test]
async fn rows_lose_the_texts_that_stand_in_the_log_and_keep_everything_else() {
    let database = database_after(7).await;
    run(&database, "PRAGMA foreign_keys = OFF").await;
    let row = "x'01', x'bb', 1, 'graph', 'Old', 'Case', 'IR-1', 'completed', '2026-11-22T02:00:00+00:00', NULL, 'Ana', 'Fine', \
               '[{\"text\":\"Long\"}]', 'Call earlier', '{\"completed\":1}', 1, 6, 'head', 90250001, '[[\"completed\",1,2,null]]', 2";
    insert(&database, "executions", row).await;
    let step = "x'01', 'n', 0, 'completed', 'Ana', NULL, NULL, 61000000, NULL, 5, NULL, '[{\"text\":\"Long\"}]', 'Yes', 'Because'";
    insert(&database, "execution_steps", step).await;
    Migrator::up(&database, None).await.expect("the newest schema");
    let columns = "SELECT group_concat(name) FROM pragma_table_info('executions')";
    let small = "id,playbook_id,playbook_version,graph_hash,playbook_title,incident_title,incident_id,status,started_at,completed_at,\
                 started_by,progress,analyst_count,last_seq,head_hash,active_micros,fold_version";
    // What came later is read by lists only, which read all of a row.
    let all = format!("{small},step_outcomes,blocked_since");
    assert_eq!(texts(&database, columns).await, [all], "what may be long comes behind what every change reads");
    let kept = "SELECT incident_id || ' ' || progress || ' ' || last_seq || ' ' || head_hash || ' ' || active_micros || ' ' || \
                fold_version || ' ' || step_outcomes FROM executions";
    assert_eq!(texts(&database, kept).await, [r#"IR-1 {"completed":1} 6 head 90250001 2 [["completed",1,2,null]]"#]);
    let kept = "SELECT node_id || ' ' || status || ' ' || assignee || ' ' || active_micros || ' ' || decision_taken FROM execution_steps";
    assert_eq!(texts(&database, kept).await, ["n completed Ana 61000000 Yes"]);
    let columns = "SELECT name FROM pragma_table_info('execution_steps') WHERE name IN ('notes', 'rationale')";
    assert!(texts(&database, columns).await.is_empty());
}

#[tokio::test]
async fn a_version_is_told_what_was_known_of_its_playbook_only() {
    let database = database_after(2).await;
    run(
        &database,
        "INSERT INTO playbooks VALUES \
         (x'bb', 'Old', 'mermaid', '[]', 2, 3, 1, 2, 1, '2026-11-22 02:00:00+00:00', NULL, x'07')",
    )
    .await;
    let graph = r#"{"nodes":[{"kind":"step"},{"kind":"execute"},{"kind":"decision"},{"kind":"merge"}],"edges":[{}]}"#;
    for version in [1, 2] {
        run(
            &database,
            &format!(
                "INSERT INTO playbook_versions VALUES \
                 (x'bb', {version}, 'text', '{graph}', 'hash', '{{}}', '[]', '2026-11-22 02:00:00+00:00')"
            ),
        )
        .await;
    }
    Migrator::up(&database, None).await.expect("the newest schema");
    let told = "SELECT version || ' ' || format || ' ' || author || ' ' || node_count || ' ' || edge_count || ' ' || step_count \
                || ' ' || decision_count || summary FROM playbook_versions ORDER BY version";
    assert_eq!(texts(&database, told).await, ["1 mermaid anonymous 4 1 2 1", "2 mermaid anonymous 4 1 2 1"]);
    let command = "SELECT hex(command_id) || ' ' || version FROM playbook_commands";
    assert_eq!(texts(&database, command).await, ["07 1"], "the command imported the first version");
}

#[tokio::test]
async fn commands_that_were_answered_before_have_no_fingerprint_and_keep_their_answers() {
    let database = database_after(4).await;
    run(&database, "PRAGMA foreign_keys = OFF").await;
    insert(&database, "execution_commands", "x'aa', x'01', 2, 3, '2026-11-22T02:14:01+00:00'").await;
    for (version, command) in [(1, "x'07'"), (2, "NULL"), (3, "x'08'")] {
        let row = format!(
            "x'bb', {version}, 'text', '{{}}', 'hash', '{{}}', '[]', '2026-11-22T02:0{version}:00+00:00', 'mermaid', 'Ana', '', \
             {command}, 1, 0, 1, 0"
        );
        insert(&database, "playbook_versions", &row).await;
    }
    Migrator::up(&database, None).await.expect("the newest schema");
    let answers = "SELECT hex(command_id) || ' ' || first_seq || '-' || last_seq || IFNULL(fingerprint, ' none') FROM execution_commands";
    assert_eq!(texts(&database, answers).await, ["01 2-3 none"]);
    let answers = "SELECT hex(command_id) || ' ' || hex(playbook_id) || ' ' || version || ' ' || decided_at || IFNULL(fingerprint, ' none') \
                   FROM playbook_commands ORDER BY version";
    assert_eq!(
        texts(&database, answers).await,
        ["07 BB 1 2026-11-22T02:01:00+00:00 none", "08 BB 3 2026-11-22T02:03:00+00:00 none"]
    );
    let kept = "SELECT version || source || author FROM playbook_versions ORDER BY version";
    assert_eq!(texts(&database, kept).await, ["1textAna", "2textAna", "3textAna"]);
}

#[tokio::test]
async fn an_older_log_is_of_form_1_and_stays_append_only_like_the_texts_beside_it() {
    let database = database_after(4).await;
    let event = "x'aa', 1, 'note_added', 'n', 'Ana', '2026-11-22T02:14:05+00:00', NULL, '{\"text\":\"Found\"}', x'01', 0, 'hash'";
    insert(&database, "execution_events", event).await;
    Migrator::up(&database, None).await.expect("the newest schema");
    let rows = "SELECT form || ' ' || IFNULL(subject, '-') || ' ' || details FROM execution_events";
    assert_eq!(texts(&database, rows).await, [r#"1 - {"text":"Found"}"#]);
    run(&database, "INSERT INTO event_texts VALUES (x'aa', 2, 'text', zeroblob(16), 'Found')").await;
    for sql in [
        "UPDATE execution_events SET form = 2",
        "UPDATE event_texts SET text = ''",
        "DELETE FROM event_texts",
        "INSERT OR REPLACE INTO event_texts VALUES (x'aa', 2, 'text', zeroblob(16), 'Lost')",
    ] {
        let refused = database.execute_unprepared(sql).await.expect_err(sql);
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(texts(&database, "SELECT text FROM event_texts").await, ["Found"]);
}
