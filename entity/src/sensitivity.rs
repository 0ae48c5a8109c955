//! Why a record is more confidential than others, and sets of these reasons.
use sea_orm::entity::prelude::*;
use std::ops::{BitAnd, BitOr, Not};

/// After the HL7 security labels: ActCode InformationSensitivityPolicy, and Confidentiality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// PSY.
    BehavioralHealth,
    /// ETHUD and SUD: 42 CFR Part 2.
    SubstanceUse,
    /// Confidentiality R or V: a chart of somebody well known, of an employee, of somebody at risk of violence.
    Restricted,
}

impl Sensitivity {
    pub const ALL: [Self; 3] = [Self::BehavioralHealth, Self::SubstanceUse, Self::Restricted];

    pub const fn bit(self) -> i32 {
        match self {
            Self::BehavioralHealth => 1,
            Self::SubstanceUse => 2,
            Self::Restricted => 4,
        }
    }
}

/// A set of them, as the one number that stands in the store: what a patient is marked with, or a person cleared for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Labels(pub i32);

impl Labels {
    pub const NONE: Self = Self(0);
    /// Those of programs to come too: who is cleared for all that we know is not cleared for these.
    pub const EVERY: Self = Self(i32::MAX);

    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub fn contains(self, one: Sensitivity) -> bool {
        self.0 & one.bit() != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Sensitivity> {
        Sensitivity::ALL.into_iter().filter(move |one| self.contains(*one))
    }
}

impl FromIterator<Sensitivity> for Labels {
    fn from_iter<I: IntoIterator<Item = Sensitivity>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |bits, one| bits | one.bit()))
    }
}

impl BitAnd for Labels {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Labels {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// All the others.
impl Not for Labels {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0 & Self::EVERY.0)
    }
}
