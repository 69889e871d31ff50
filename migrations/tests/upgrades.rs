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
    let told = "SELECT version || ' ' || format || ' ' || author || ' ' || IFNULL(hex(command_id), '-') || ' ' || node_count \
                || ' ' || edge_count || ' ' || step_count || ' ' || decision_count || summary \
                FROM playbook_versions ORDER BY version";
    assert_eq!(texts(&database, told).await, ["1 mermaid anonymous 07 4 1 2 1", "2 mermaid anonymous - 4 1 2 1"]);
}
