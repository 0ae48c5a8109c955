//! Typed ids: `task_0190…` outside, a plain UUID column inside.
use sea_orm::entity::prelude::*;
use std::{fmt, str::FromStr};

/// The text was not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const PREFIX: &str = $prefix;

            /// A new id that sorts after every earlier one.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        // SeaORM asks this of every primary key; a UUID never comes from a row number.
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(InvalidId)?;
                // One spelling only: two texts for one id would make two cache keys of one thing.
                let plain = digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                if !plain {
                    return Err(InvalidId);
                }
                digits.parse().map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

id_type!(OrganizationId, "organization");
id_type!(StaffId, "staff");
id_type!(SessionId, "session");
id_type!(FactorId, "factor");
id_type!(RecoveryCodeId, "recoverycode");
id_type!(EntryLinkId, "entrylink");
id_type!(DisplayId, "display");
id_type!(IntegrationTokenId, "integration");
id_type!(CareTeamId, "careteam");
id_type!(PatientId, "patient");
id_type!(PatientIdentifierId, "identifier");
id_type!(PatientContactId, "contact");
id_type!(StatusChangeId, "statuschange");
id_type!(CoordinatorAssignmentId, "assignment");
id_type!(TaskId, "task");
id_type!(TaskStepId, "step");
id_type!(TaskCommentId, "comment");
id_type!(TaskHistoryId, "taskhistory");
id_type!(HandoffId, "handoff");
id_type!(HandoffItemId, "handoffitem");
id_type!(ClaimRequestId, "claimrequest");
id_type!(HuddleId, "huddle");
id_type!(HuddleItemId, "huddleitem");
id_type!(HuddleAddendumId, "addendum");
id_type!(CallId, "call");
id_type!(MinuteEntryId, "minutes");
id_type!(BreakGlassId, "breakglass");
id_type!(PatientBlockId, "block");
id_type!(AccessChangeId, "accesschange");
id_type!(TimeOffId, "timeoff");
id_type!(RebalanceId, "rebalance");
id_type!(CoverId, "cover");
id_type!(CoverItemId, "coveritem");
id_type!(AuditEntryId, "audit");
id_type!(FhirResourceId, "resource");
id_type!(AdtMessageId, "adtmessage");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = TaskId::generate();
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn another_kind_or_spelling_is_no_id() {
        let id = TaskId::generate();
        assert_eq!(id.to_string().parse::<PatientId>(), Err(InvalidId));
        assert_eq!(id.to_string().to_uppercase().parse::<TaskId>(), Err(InvalidId));
        assert_eq!(format!("task_{}", id.0.hyphenated()).parse::<TaskId>(), Err(InvalidId));
        assert_eq!("task_".parse::<TaskId>(), Err(InvalidId));
    }
}
