//! Playbooks to begin with.

use domain::api::ImportPlaybook;
use domain::ids::Actor;

use super::{Service, ServiceError};

/// Later ones stand first in the list.
const DEMO: [&str; 4] = [
    include_str!("../../demo/web-shell.md"),
    include_str!("../../demo/compromised-account.md"),
    include_str!("../../demo/phishing.md"),
    include_str!("../../demo/ransomware.md"),
];

impl Service {
    /// Imports the demo playbooks, unless there has ever been a playbook here.
    pub(crate) async fn seed_demo(&self) -> Result<(), ServiceError> {
        if self.store.has_no_playbooks().await? {
            for source in DEMO {
                let playbook = ImportPlaybook { source: source.to_owned(), ..ImportPlaybook::default() };
                self.import_playbook(playbook, Actor::anonymous()).await?;
            }
        }
        Ok(())
    }
}
