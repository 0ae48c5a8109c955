//! What an attacker would try, by the number of the case.
mod record;
mod supply;
mod words;
