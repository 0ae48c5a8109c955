//! Sign-in by OpenID Connect: the operator's own provider says who somebody is and in which groups, and those groups say
//! what they are here. One provider a program, for one organisation.
pub mod account;
pub mod login;
pub mod provider;
pub mod rules;
pub mod settings;
