//! Says that an organisation has news, and up to which number. It may be lost: the hub's sweep makes up for that.
use entity::ids::OrganizationId;
use tokio::sync::broadcast;

#[derive(Clone, Copy, Debug)]
pub struct Ring {
    pub organization: OrganizationId,
    pub head: i64,
}

/// Between the writers and the hub of this process. Rings between processes will go in and out here as well.
#[derive(Clone, Debug)]
pub struct Doorbell {
    local: broadcast::Sender<Ring>,
}

impl Doorbell {
    pub fn in_process() -> Self {
        Self { local: broadcast::channel(1_024).0 }
    }

    /// Never waits and never fails.
    pub fn ring(&self, organization: OrganizationId, head: i64) {
        // Nobody listens: nobody has a feed open here.
        let _ = self.local.send(Ring { organization, head });
    }

    pub fn listen(&self) -> broadcast::Receiver<Ring> {
        self.local.subscribe()
    }
}
