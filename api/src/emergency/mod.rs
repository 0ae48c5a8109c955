//! Emergency access: somebody who treats patients looks at one whom they do not see otherwise. They say why, it ends by
//! itself, every look is on record as what it is, the privacy officers hear of it at once and review it. 45 CFR
//! 164.312(a)(2)(ii).
pub mod graphql;
pub mod service;
pub mod time;
