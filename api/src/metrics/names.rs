//! The closed sets that labels come from.

pub(super) type Labels<const N: usize> = [(&'static str, &'static str); N];

/// The two pools of `Db`.
#[derive(Clone, Copy, Debug)]
pub enum Pool {
    Read,
    Write,
}

impl Pool {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What became of a ring between nodes.
#[derive(Clone, Copy, Debug)]
pub enum RingOutcome {
    Sent,
    /// Redis did not take it in time.
    SendFailed,
    /// Too many were waiting to be sent.
    SendDropped,
    Heard,
    /// It could not be read.
    HeardFailed,
    /// Too many were waiting to be heard.
    HeardDropped,
    /// It did not prove to come from a node of ours.
    HeardForged,
}

impl RingOutcome {
    pub(super) const ALL: [Self; 7] = [
        Self::Sent,
        Self::SendFailed,
        Self::SendDropped,
        Self::Heard,
        Self::HeardFailed,
        Self::HeardDropped,
        Self::HeardForged,
    ];

    pub(super) fn labels(self) -> Labels<2> {
        let (direction, outcome) = match self {
            Self::Sent => ("sent", "ok"),
            Self::SendFailed => ("sent", "failed"),
            Self::SendDropped => ("sent", "dropped"),
            Self::Heard => ("heard", "ok"),
            Self::HeardFailed => ("heard", "failed"),
            Self::HeardDropped => ("heard", "dropped"),
            Self::HeardForged => ("heard", "forged"),
        };
        [("direction", direction), ("outcome", outcome)]
    }
}

/// Where a feed's next events came from.
#[derive(Clone, Copy, Debug)]
pub enum EventSource {
    /// The hub's own memory.
    Memory,
    /// The ring that told of them.
    Ring,
    Database,
}

impl EventSource {
    pub(super) const ALL: [Self; 3] = [Self::Memory, Self::Ring, Self::Database];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Ring => "ring",
            Self::Database => "database",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Queue {
    /// Reads that wait to be put on record.
    Audit,
    /// Rings that wait to be sent to other nodes.
    DoorbellOut,
    /// Rings that wait to be looked at.
    DoorbellIn,
}

impl Queue {
    pub(super) const ALL: [Self; 3] = [Self::Audit, Self::DoorbellOut, Self::DoorbellIn];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::DoorbellOut => "doorbell_out",
            Self::DoorbellIn => "doorbell_in",
        }
    }
}
