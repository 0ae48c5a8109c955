//! The attack cases of `docs/attack-cases.md`, by their number.
mod accounts;
mod confidential;
mod documents;
mod doors;
mod emergency;
mod feeds;
mod objects;
mod record;
mod register;
mod sockets;
mod supply;
mod tls;
mod transport;
mod words;
